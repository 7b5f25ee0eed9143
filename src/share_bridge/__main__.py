"""Run the command line as `python -m share_bridge`."""

from share_bridge.cli import main

if __name__ == "__main__":
    main()
