"""A server of the fediverse made with cattle-grid, for the tests: one actor, carol.

Its queue and its tables are its own: no broker and no database server are needed.

    python cattle_grid_peer.py PORT PUBLIC_URL     in the folder of its configuration

It answers at that port to the web server that stands at the public URL.
"""

import sys

import uvicorn
from cattle_grid.config.auth import new_auth_config, save_auth_config
from faststream.rabbit import RabbitBroker, RabbitQueue
from sqlalchemy import create_engine

port, public = int(sys.argv[1]), sys.argv[2]
save_auth_config("cattle_grid_auth.toml", new_auth_config(f"{public}/fetcher"))

# These read the configuration as they are imported.
from cattle_grid import create_app  # noqa: E402
from cattle_grid.app import app_globals  # noqa: E402
from cattle_grid.database.activity_pub import Base  # noqa: E402

broker = app_globals.broker = RabbitBroker()
for heard, exchange in {
    "combined.*": app_globals.account_exchange,
    "error.*": app_globals.account_exchange,
    "incoming.#": app_globals.activity_exchange,
    "outgoing.#": app_globals.activity_exchange,
}.items():

    @broker.subscriber(RabbitQueue(f"{heard} dropped", routing_key=heard), exchange)
    async def drop(message: dict) -> None:
        """RabbitMQ drops what nobody waits for; the queue in memory raises."""


app = create_app(run_migration=False)
Base.metadata.create_all(create_engine("sqlite:///carol.db"))
uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")
