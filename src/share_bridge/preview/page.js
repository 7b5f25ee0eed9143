"use strict";
(() => {
  const every = (selector, root = document) => [...root.querySelectorAll(selector)];
  const form = document.getElementById("filters");
  const words = document.getElementById("words");
  const which = document.getElementById("which");
  const found = document.getElementById("found");
  const articles = every("article").map((article) => ({
    article,
    words: article.dataset.words,
    cards: every(".card", article),
  }));

  const filter = () => {
    const wanted = words.value.trim().toLowerCase();
    const targets = new Set(every("[name=target]:checked", form).map((box) => box.value));
    const is = {
      all: () => true,
      ahead: (card) => card.dataset.ahead === "yes",
      warned: (card) => card.dataset.warned === "yes",
    }[which.value];
    let posts = 0;
    for (const { article, words: text, cards } of articles) {
      const named = text.includes(wanted);
      let shown = 0;
      for (const card of cards) {
        card.hidden = !(named && targets.has(card.dataset.target) && is(card));
        shown += card.hidden ? 0 : 1;
      }
      article.hidden = !shown;
      posts += shown ? 1 : 0;
    }
    found.textContent = `${posts} of ${articles.length} ${articles.length === 1 ? "post" : "posts"} shown`;
  };

  const copy = async (button) => {
    const text = button.parentElement.querySelector(".text");
    try {
      await navigator.clipboard.writeText(text.textContent);
    } catch {
      getSelection().selectAllChildren(text);
      if (!document.execCommand("copy")) return "Press Ctrl+C to copy";
    }
    return "Copied";
  };

  const prepare = (frame) => {
    for (const link of every("a[href]", frame.contentDocument)) {
      link.target = "_blank";
      link.rel = "noopener noreferrer";
    }
    for (const image of every("img", frame.contentDocument)) {
      image.alt ||= "A picture without a description";
      image.style.cssText += ";min-height:7rem;background:#80808026;text-align:center";
    }
    fit(frame);
  };

  const fit = (frame) => {
    const body = frame.contentDocument?.body;
    if (!body?.childElementCount || !frame.clientWidth) return;
    const below = parseFloat(frame.contentWindow.getComputedStyle(body).marginBottom);
    const height = Math.ceil(body.getBoundingClientRect().bottom + frame.contentWindow.scrollY + below);
    frame.style.height = `${Math.min(height + 2, 1200)}px`;
  };

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", filter);
  for (const button of every(".copy")) {
    button.hidden = false;
    const label = button.firstChild;
    button.addEventListener("click", async () => {
      label.textContent = await copy(button);
      found.textContent = label.textContent;
      setTimeout(() => { label.textContent = "Copy"; }, 2000);
    });
  }
  const sizes = new ResizeObserver((changes) => changes.forEach(({ target }) => fit(target)));
  for (const frame of every("iframe")) {
    frame.addEventListener("load", () => prepare(frame));
    prepare(frame);
    sizes.observe(frame);
  }
  form.hidden = false;
  filter();
})();
