// A server of the fediverse made with Fedify, for the tests: "bob", who follows, likes and
// replies when asked to over HTTP, and writes down what he gets. When whom he follows
// moves, he follows along, as servers do. "rob" is "robin" now.
//
//   node fedify_peer.mjs PORT ORIGIN FIRST ONLY      prints READY
//   GET  /_received                    the activities that were verified and taken
//   GET  /_refused                     how many were not even looked at
//   POST /_do?kind=Follow&to=ACTOR&object=ID[&by=NAME&content=HTML&target=NAME]
//
// FIRST is the scheme that it signs by unless it is refused. ONLY is the one scheme that
// it takes; empty: any.
import http from "node:http";
import {
  createFederation,
  generateCryptoKeyPair,
  InProcessMessageQueue,
  MemoryKvStore,
} from "@fedify/fedify";
import * as vocab from "@fedify/fedify/vocab";

const [port, origin, firstKnock, only] = process.argv.slice(2);
const names = ["bob", "rob", "robin"];
const keys = [
  await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"),
  await generateCryptoKeyPair("Ed25519"),
];
const received = [];
let refused = 0;
const federation = createFederation({
  kv: new MemoryKvStore(),
  queue: new InProcessMessageQueue(),
  allowPrivateAddress: true,
  origin,
  firstKnock,
});

federation
  .setActorDispatcher("/users/{identifier}", async (context, identifier) => {
    if (!names.includes(identifier)) return null;
    const pairs = await context.getActorKeyPairs(identifier);
    return new vocab.Person({
      id: context.getActorUri(identifier),
      name: identifier,
      preferredUsername: identifier,
      inbox: context.getInboxUri(identifier),
      endpoints: new vocab.Endpoints({ sharedInbox: context.getInboxUri() }),
      publicKey: pairs[0].cryptographicKey,
      assertionMethods: pairs.map((pair) => pair.multikey),
      successor: identifier === "rob" ? context.getActorUri("robin") : null,
      aliases: identifier === "robin" ? [context.getActorUri("rob")] : [],
    });
  })
  .setKeyPairsDispatcher(() => keys);

const inbox = federation.setInboxListeners("/users/{identifier}/inbox", "/inbox");
for (const kind of ["Accept", "Create", "Update", "Delete", "Reject"]) {
  inbox.on(vocab[kind], async (context, activity) => {
    received.push(await activity.toJsonLd(context));
  });
}
inbox.on(vocab.Move, async (context, move) => {
  received.push(await move.toJsonLd(context));
  const target = await move.getTarget(context);
  if (target.aliasIds.some((alias) => alias.href === move.actorId.href)) {
    await send(context, "bob", target, "Follow", { object: target.id });
  }
});

const named = (me, path) => new URL(`/acts/${path}/${crypto.randomUUID()}`, me);

async function send(context, name, target, kind, what) {
  const me = context.getActorUri(name);
  const to = vocab.PUBLIC_COLLECTION;
  const activity = new vocab[kind]({ id: named(me, kind), actor: me, to, ...what });
  await context.sendActivity({ identifier: name }, target, activity, {
    immediate: true,
  });
}

async function act(context, query) {
  const name = query.get("by") ?? "bob";
  const target = await context.lookupObject(query.get("to"));
  const object = new URL(query.get("object"));
  const me = context.getActorUri(name);
  const what = query.has("content")
    ? {
        object: new vocab.Note({
          id: named(me, "notes"),
          attribution: me,
          replyTarget: object,
          content: query.get("content"),
          to: vocab.PUBLIC_COLLECTION,
        }),
      }
    : query.has("target")
      ? { object, target: context.getActorUri(query.get("target")) }
      : { object };
  await send(context, name, target, query.get("kind"), what);
}

async function answer(request) {
  const url = new URL(request.url);
  if (url.pathname === "/_received") return Response.json(received);
  if (url.pathname === "/_refused") return Response.json(refused);
  if (url.pathname === "/_do") {
    try {
      await act(federation.createContext(new URL(origin)), url.searchParams);
      return new Response("done");
    } catch (error) {
      return new Response(String(error), { status: 502 });
    }
  }
  const scheme = request.headers.has("signature-input")
    ? "rfc9421"
    : "draft-cavage-http-signatures-12";
  if (only && request.method === "POST" && scheme !== only) {
    refused += 1;
    return new Response("signed by another scheme", { status: 401 });
  }
  return await federation.fetch(request, { contextData: undefined });
}

http
  .createServer(async (incoming, outgoing) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const bodiless = ["GET", "HEAD"].includes(incoming.method);
    const request = new Request(`http://${incoming.headers.host}${incoming.url}`, {
      method: incoming.method,
      headers: new Headers(Object.entries(incoming.headers)),
      body: bodiless ? undefined : Buffer.concat(chunks),
    });
    const response = await answer(request);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  })
  .listen(Number(port), "127.0.0.1", () => console.log("READY"));
