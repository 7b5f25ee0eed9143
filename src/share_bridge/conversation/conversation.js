/* <share-bridge-conversation>: what others said of a post, threaded, in the page's light.
 *
 * Without this file the HTML in the element is all there. With it, long conversations
 * fold and turn around, and with src="…/POST.json", on this same site, it is made
 * current. Nothing is asked of any other site, nothing is stored, nobody is counted. */
(() => {
  "use strict";
  const FEW = 10, DEEPEST = 6, MOST = 2000;
  const ALLOWED = new Set("A ABBR B BLOCKQUOTE BR CODE DEL DETAILS DIV EM H1 H2 H3 H4 H5 H6 HR I INS KBD LI OL P PRE Q S SMALL SPAN STRONG SUB SUMMARY SUP U UL".split(" "));
  const GONE = new Set("SCRIPT STYLE TEMPLATE IFRAME OBJECT EMBED NOSCRIPT TITLE SVG MATH TEXTAREA SELECT".split(" "));
  const STYLE = `
share-bridge-conversation { display: block; overflow-wrap: anywhere;
  --sb-line: light-dark(#d5d0c6, #3a404b); --sb-quiet: light-dark(#575e69, #a8aeb9); --sb-link: light-dark(#0b5aa8, #8fbdf7); }
share-bridge-conversation .counts, share-bridge-conversation small, share-bridge-conversation time { color: var(--sb-quiet); }
share-bridge-conversation a, share-bridge-conversation button { color: var(--sb-link); }
share-bridge-conversation ol.replies { list-style: none; margin: 0; padding: 0; }
share-bridge-conversation ol.replies ol.replies { margin-inline-start: .5rem; padding-inline-start: clamp(.5rem, 2vw, 1.25rem); border-inline-start: 2px solid var(--sb-line); }
share-bridge-conversation .reply { padding-block: .75rem; }
share-bridge-conversation .reply header { display: flex; flex-wrap: wrap; gap: .1rem .6rem; align-items: baseline; }
share-bridge-conversation .said > :first-child { margin-block-start: .3rem; }
share-bridge-conversation .said > :last-child { margin-block-end: 0; }
share-bridge-conversation pre { overflow-x: auto; }
share-bridge-conversation button { font: inherit; background: none; border: 1px solid currentColor; border-radius: 2rem; padding: .3rem .9rem; min-height: 2.25rem; margin-block: .4rem; cursor: pointer; }
share-bridge-conversation :focus-visible { outline: 3px solid var(--sb-link); outline-offset: 2px; }`;

  const make = (name, properties = {}, ...inside) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...inside);
    return made;
  };
  const address = (text) => {
    try {
      const url = new URL(text);
      return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : "";
    } catch { return ""; }
  };
  const link = (href, ...inside) => {
    const there = address(href);
    return there ? make("a", { href: there, rel: "nofollow ugc noopener" }, ...inside) : make("span", {}, ...inside);
  };

  /* What strangers wrote is parsed where nothing runs or loads, and only copied from. */
  const copied = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.data)];
    if (node.nodeType !== Node.ELEMENT_NODE || GONE.has(node.nodeName.toUpperCase())) return [];
    const inside = [...node.childNodes].flatMap(copied);
    if (node.nodeName === "A") return [link(node.getAttribute("href") ?? "", ...inside)];
    return ALLOWED.has(node.nodeName) ? [make(node.nodeName, {}, ...inside)] : inside;
  };
  const safe = (html) => copied(new DOMParser().parseFromString(`<div>${html}</div>`, "text/html").body);

  const article = (reply) => {
    const author = reply.author ?? {}, name = String(author.name || author.handle || "somebody");
    const header = make("header", {}, make("span", { dir: "auto" }, link(author.url, name)));
    if (author.handle && author.handle !== name) header.append(" ", make("small", {}, String(author.handle)));
    const date = String(reply.published ?? "");
    if (date) header.append(" ", make("time", { dateTime: date }, date.slice(0, 10)));
    if (address(reply.url)) {
      const there = link(reply.url, "original");
      there.setAttribute("aria-label", `original by ${name}`);
      header.append(" ", there);
    }
    return make("article", { className: "reply" }, header, make("div", { className: "said", dir: "auto", lang: "und" }, ...safe(String(reply.html ?? ""))));
  };

  const threads = (replies) => {
    const ids = new Set(replies.map((reply) => reply.id)), under = new Map(), written = new Set();
    for (const reply of replies) {
      const above = ids.has(reply.in_reply_to) && reply.in_reply_to !== reply.id ? reply.in_reply_to : "";
      under.set(above, [...(under.get(above) ?? []), reply]);
    }
    const next = (above) => (under.get(above) ?? []).filter((it) => !written.has(it.id) && written.add(it.id));
    const list = (items) => (items.length ? [make("ol", { className: "replies" }, ...items)] : []);
    const told = (above, depth) => {
      const here = next(above);
      if (depth < DEEPEST) return list(here.map((it) => make("li", {}, article(it), ...told(it.id, depth + 1))));
      for (const it of here) here.push(...next(it.id));
      return list(here.map((it) => make("li", {}, article(it))));
    };
    return told("", 1);
  };

  const counts = (told) => {
    const speaks = (kind) => told.replies.filter((reply) => (reply.kind ?? "reply") === kind).length;
    const words = [[told.likes, "like", "likes"], [told.boosts, "boost", "boosts"], [speaks("quote"), "quote", "quotes"], [speaks("reply"), "reply", "replies"]];
    return words.filter(([number]) => number > 0).map(([number, one, many]) => `${Number(number)} ${number === 1 ? one : many}`).join(", ");
  };

  class Conversation extends HTMLElement {
    connectedCallback() {
      Conversation.dress();
      if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => this.begin(), { once: true });
      else this.begin();
    }

    async begin() {
      if (this.begun) return;
      this.begun = true;
      this.arrange();
      const told = await this.ask().catch(() => null);
      if (told && Array.isArray(told.replies)) this.draw(told);
    }

    /* Of this site alone, with nothing that tells who reads. */
    async ask() {
      const url = new URL(this.getAttribute("src") || "#", document.baseURI);
      if (!this.getAttribute("src") || url.origin !== location.origin) return null;
      const answer = await fetch(url, { credentials: "omit", referrerPolicy: "no-referrer", redirect: "error" });
      return answer.ok ? answer.json() : null;
    }

    draw(told) {
      const replies = told.replies.filter((it) => it && typeof it.id === "string").slice(0, MOST);
      const section = make("section", { className: "conversation", lang: "en" });
      section.setAttribute("aria-label", "Conversation");
      const number = counts({ ...told, replies });
      if (number) section.append(make("p", { className: "counts" }, number));
      section.append(...threads(replies));
      this.replaceChildren(section);
      this.arrange();
    }

    /* Two buttons: which end comes first, and the rest of a long conversation. */
    arrange() {
      const list = this.querySelector("ol.replies"), items = [...(list?.children ?? [])];
      if (items.length < 2) return;
      const more = make("button", { type: "button" }), order = make("button", { type: "button" }, "Newest first");
      const fold = () => [...list.children].forEach((item, at) => { item.hidden = !more.hidden && at >= FEW; });
      const left = items.length - FEW;
      more.textContent = `Show ${left} more ${left === 1 ? "thread" : "threads"}`;
      more.hidden = left <= 0;
      more.addEventListener("click", () => {
        const first = list.children[FEW];
        more.hidden = true;
        fold();
        first.tabIndex = -1;
        first.focus();
      });
      order.setAttribute("aria-pressed", "false");
      order.addEventListener("click", () => {
        order.setAttribute("aria-pressed", String(order.getAttribute("aria-pressed") !== "true"));
        list.append(...[...list.children].reverse());
        fold();
      });
      list.before(order);
      list.after(more);
      fold();
    }

    static dress() {
      if (Conversation.dressed) return;
      Conversation.dressed = new CSSStyleSheet();
      Conversation.dressed.replaceSync(STYLE);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, Conversation.dressed];
    }
  }

  if (!customElements.get("share-bridge-conversation")) customElements.define("share-bridge-conversation", Conversation);
})();
