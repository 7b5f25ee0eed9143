// A server of the fediverse made with Fedify, for the tests: one actor, "bob", who
// follows, likes and replies when asked to over HTTP, and writes down what he gets.
//
//   node fedify_peer.mjs PORT          prints READY
//   GET  /_received                    the activities that were verified and taken
//   POST /_do?kind=Follow&to=ACTOR&object=ID[&content=HTML]
import http from "node:http";
import {
  createFederation,
  generateCryptoKeyPair,
  InProcessMessageQueue,
  MemoryKvStore,
} from "@fedify/fedify";
import * as vocab from "@fedify/fedify/vocab";

const port = Number(process.argv[2]);
const keys = [
  await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"),
  await generateCryptoKeyPair("Ed25519"),
];
const received = [];
const federation = createFederation({
  kv: new MemoryKvStore(),
  queue: new InProcessMessageQueue(),
  allowPrivateAddress: true,
});

federation
  .setActorDispatcher("/users/{identifier}", async (context, identifier) => {
    if (identifier !== "bob") return null;
    const pairs = await context.getActorKeyPairs(identifier);
    return new vocab.Person({
      id: context.getActorUri(identifier),
      name: "Bob",
      preferredUsername: identifier,
      inbox: context.getInboxUri(identifier),
      endpoints: new vocab.Endpoints({ sharedInbox: context.getInboxUri() }),
      publicKey: pairs[0].cryptographicKey,
      assertionMethods: pairs.map((pair) => pair.multikey),
    });
  })
  .setKeyPairsDispatcher(() => keys);

const inbox = federation.setInboxListeners("/users/{identifier}/inbox", "/inbox");
for (const kind of ["Accept", "Create", "Update", "Delete", "Reject"]) {
  inbox.on(vocab[kind], async (context, activity) => {
    received.push(await activity.toJsonLd(context));
  });
}

async function act(context, query) {
  const me = context.getActorUri("bob");
  const named = (path) => new URL(`/acts/${path}/${crypto.randomUUID()}`, me);
  const target = await context.lookupObject(query.get("to"));
  const object = new URL(query.get("object"));
  const kind = query.get("kind");
  const activity = new vocab[kind]({
    id: named(kind),
    actor: me,
    to: vocab.PUBLIC_COLLECTION,
    object: kind !== "Create" ? object : new vocab.Note({
      id: named("notes"),
      attribution: me,
      replyTarget: object,
      content: query.get("content"),
      to: vocab.PUBLIC_COLLECTION,
    }),
  });
  await context.sendActivity({ identifier: "bob" }, target, activity, {
    immediate: true,
  });
}

async function answer(request) {
  const url = new URL(request.url);
  if (url.pathname === "/_received") return Response.json(received);
  if (url.pathname === "/_do") {
    try {
      await act(federation.createContext(new URL(url.origin)), url.searchParams);
      return new Response("done");
    } catch (error) {
      return new Response(String(error), { status: 502 });
    }
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
  .listen(port, "127.0.0.1", () => console.log("READY"));
