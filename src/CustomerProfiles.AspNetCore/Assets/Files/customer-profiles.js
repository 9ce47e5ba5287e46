// <customer-profile>, <customer-search> and <customer-merge>: a sidebar, a search box and a page that merges two
// customers, on the HTTP API of CustomerProfiles.
// No framework and no build step. Nothing is written as HTML, so no value can become markup.

const files = "@files";
const assets = new URL("./", import.meta.url);
const TIMEOUT = 30_000;
const ORDER = ["emails", "phones", "notes", "social-profiles", "websites", "location", "bio", "address"];
const MULTILINE = ["notes", "bio"];
/** The native inputs of the types of properties; the others are a list to select from, or text of several lines. */
const INPUTS = { number: { type: "number", step: "any" }, date: { type: "date", max: "9999-12-31" }, url: { type: "url" } };
const ADDRESS = ["street", "postalCode", "city", "region", "country"];
const NETWORKS = { github: "GitHub", linkedin: "LinkedIn", youtube: "YouTube", gitlab: "GitLab", tiktok: "TikTok", x: "X" };
const RECHECK = [2_000, 5_000, 15_000];
const CHANGES = 20;
const LONG = 200;
/** How many of a list are drawn before somebody wants to see all. */
const FEW = 20;
const ICONS = {
  edit: "M12.2 2.3l1.5 1.5a1 1 0 0 1 0 1.4L6 13l-3.4.8.8-3.4 7.4-8.1a1 1 0 0 1 1.4 0z",
  copy: "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z",
  lock: "M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
  done: "M3 8.5l3.2 3.2L13 4.8",
};

/** The texts of a language; of its parent language or English where there are none. */
const textsOf = (() => {
  const loading = new Map();
  return (language) => {
    const wanted = (language || "en").toLowerCase();
    const culture = [wanted, wanted.split("-")[0], "en"].find((name) => name !== "css" && Object.hasOwn(files, name));
    if (!loading.has(culture)) {
      const request = fetch(new URL(files[culture], assets)).then((response) =>
        response.ok ? response.json() : Promise.reject(new Error(`texts: ${response.status}`)),
      );
      request.catch(() => loading.delete(culture));
      loading.set(culture, request);
    }
    return loading.get(culture).then((texts) => ({ texts, culture: culture === wanted.split("-")[0] ? wanted : culture }));
  };
})();

/** A request that was refused, or that never came back. */
class Failure extends Error {
  constructor(code, status, problem) {
    super(code);
    this.code = code;
    this.status = status;
    this.problem = problem ?? {};
  }
}

const send = async (base, method, path, body, signal) => {
  const limit = AbortSignal.timeout(TIMEOUT);
  let response;
  let content;
  try {
    response = await fetch(new URL(path, base), {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: body === undefined ? { Accept: "application/json" } : { "Content-Type": "application/json" },
      cache: "no-store",
      credentials: "same-origin",
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    content = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Failure("offline", 0);
  }
  let parsed;
  try {
    parsed = JSON.parse(content);
  } catch {
    parsed = undefined;
  }
  // A host that signs its users in on a page of its own may redirect to it.
  if (response.status === 401 || (response.redirected && parsed === undefined)) throw new Failure("signed-out", 401);
  if (response.ok && parsed !== undefined) return parsed;
  throw new Failure(parsed?.code ?? `status-${response.status}`, response.status, parsed);
};

/** Makes an element. Attributes that are null or false are left out; text is only ever text. */
const h = (tag, attributes, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
};

const icon = (name) => {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  for (const [key, value] of [["viewBox", "0 0 16 16"], ["aria-hidden", "true"], ["class", "icon"]]) {
    svg.setAttribute(key, value);
  }
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
};

/** The path of a customer. Dots alone would lead to another one, escaped too. */
const pathOf = (id) => `customers/${/^\.+$/.test(id) ? "_" : encodeURIComponent(id)}`;

/** Whether both are one id, in whatever form of a UUID. */
const isSameId = (one, other) => one.replace(/\W/g, "").toLowerCase() === other.replace(/\W/g, "").toLowerCase();

const isWebAddress = (url) => /^https?:\/\//i.test(url ?? "");

/** People type "example.com". */
const webAddressOf = (text) => (!/^[a-z][a-z0-9+.-]*:/i.test(text) && text.includes(".") ? `https://${text}` : text);

/** What was typed into the input of a property, in the form that is kept. */
const typed = ({ property }, text) => {
  if (property?.type === "url") return webAddressOf(text.trim());
  return property?.type === "number" ? text.trim().replace(/^(-?)\./, "$10.") : text;
};

const link = (url, text) =>
  h("a", { href: url, target: "_blank", rel: "noreferrer noopener", dir: "auto", referrerpolicy: "no-referrer" }, text);

/** The key of an entry among those of all fields. */
const keyOf = ({ field, key }) => `${field} ${key}`;

/** Whether both customers hold the same at an entry. */
const isSameState = ({ from, into }) =>
  Boolean(from && into) && from.isCleared === into.isCleared && JSON.stringify(from.value) === JSON.stringify(into.value);

/** What the elements share: the address of the API, the texts, and a shadow root that shows once it is styled. */
class CustomerElement extends HTMLElement {
  texts = {};
  culture = "en";
  root = null;
  /** The lists of which somebody wanted to see all, so that they stay so when the page is shown again. */
  all = new Set();

  prepare(body) {
    if (this.root) return;
    this.root = this.attachShadow({ mode: "open" });
    const style = h("link", { rel: "stylesheet", href: new URL(files.css, assets).href });
    body.hidden = true;
    const show = () => {
      body.hidden = false;
    };
    style.addEventListener("load", show);
    style.addEventListener("error", show);
    this.root.append(style, body);
  }

  get api() {
    const own = this.getAttribute("api");
    return own ? new URL(own.endsWith("/") ? own : `${own}/`, document.baseURI) : new URL("../", assets);
  }

  async loadTexts() {
    const language = this.closest("[lang]")?.lang || navigator.language;
    ({ texts: this.texts, culture: this.culture } = await textsOf(language));
  }

  t(key, values) {
    const text = this.texts[key];
    if (text === undefined) return null;
    return values ? text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "") : text;
  }

  /** The time of day of the next whole minute, so that nobody tries again some seconds too early. */
  minute(text) {
    const time = new Date(Math.ceil(Date.parse(text) / 60_000) * 60_000);
    return new Intl.DateTimeFormat(this.culture, { timeStyle: "short" }).format(time);
  }

  textOf(failure) {
    if (!(failure instanceof Failure)) return this.t("problem.unknown") ?? "Error";
    const from = failure.problem.from && { from: this.minute(failure.problem.from) };
    return this.t(`problem.${failure.code}`, from) ?? this.t(`problem.status-${failure.status}`) ?? this.t("problem.unknown");
  }

  label(field) {
    return field.hasOwnLabel ? field.label : (this.t(`field.${field.code}`) ?? field.label);
  }

  /** The label of a value that names its field by code, as of a change or of a merge. */
  labelAt(value) {
    return this.label({ ...value, code: value.field });
  }

  time(text) {
    return new Intl.DateTimeFormat(this.culture, { dateStyle: "medium", timeStyle: "short" }).format(new Date(text));
  }

  sourceText(source) {
    const by = source.by ?? "";
    return this.t(`source.${source.kind}`, { by, at: this.time(source.at) });
  }

  /** What an undone merge could not take apart, in words. */
  undoneTexts(undone) {
    const unsplit = undone.unsplit.map(({ field, held }) => {
      const label = this.t(`field.${field}`) ?? field.replace(/^custom:/, "");
      return `${label}: ${held.isCleared ? this.t("blank-on-purpose") : held.text}`;
    });
    const missing = undone.notReturned.map((identity) => identity.slice(identity.indexOf(":") + 1));
    return [
      unsplit.length > 0 && [this.t("merge-unsplit", { into: undone.into.displayName }), ...unsplit],
      missing.length > 0 && [this.t("merge-not-returned"), ...missing],
    ].filter(Boolean);
  }

  /**
   * Draws the first of many things, those that are to be kept in sight, and in place of the others a button that shows
   * all. What is drawn already stays as it is then, for somebody may be typing in it.
   */
  many(key, items, draw, { label, keeps = () => false, wrap = (button) => h("div", { class: "rest" }, button) }) {
    if (items.length <= FEW || this.all.has(key)) return items.map(draw);
    const drawn = new Map();
    const nodesOf = (item, index) => [draw(item, index)].flat(Infinity).filter(Boolean);
    items.forEach((item, index) => (index < FEW || keeps(item, index)) && drawn.set(item, nodesOf(item, index)));
    const place = items.findIndex((item) => !drawn.has(item));
    if (place < 0) return [...drawn.values()].flat();
    const text = this.t("show-all-count", { count: new Intl.NumberFormat(this.culture).format(items.length) });
    const showAll = () => {
      this.all.add(key);
      let last = rest;
      items.slice(place).forEach((item, index) => {
        const nodes = drawn.get(item) ?? nodesOf(item, place + index);
        if (!drawn.has(item)) last.after(...nodes);
        last = nodes.at(-1) ?? last;
      });
      const next = rest.nextElementSibling;
      rest.remove();
      if (!next.matches("[tabindex]")) next.tabIndex = -1;
      next.focus({ preventScroll: true });
    };
    const rest = wrap(h("button", { type: "button", class: "quiet-button", "aria-label": `${text}: ${label}`, "data-focus": `all-${key}`, onclick: showAll }, text));
    return items.flatMap((item, index) => [index === place && rest, drawn.get(item)].filter(Boolean).flat());
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }

  failed(failure, again, focus = "again") {
    return h(
      "div",
      { class: "notice error", role: "alert" },
      h("p", {}, this.textOf(failure)),
      again && h("button", { type: "button", "data-focus": focus, onclick: again }, this.t("try-again") ?? "↻"),
    );
  }
}

class CustomerProfile extends CustomerElement {
  static observedAttributes = ["customer-id", "lang", "api"];

  #status = h("div", { role: "status", class: "hidden" });
  #body = h("section", { part: "sidebar", class: "sidebar" });
  #id = null;
  #view = null;
  #failure = null;
  #form = null;
  #drafts = new Map();
  #dialog = null;
  #sources = false;
  #folded = new Set();
  #busy = false;
  #notice = null;
  /** Whether the notice is about something that failed. */
  #isError = false;
  /** The button that the notice is about. */
  #acted = null;
  #recheck = { timer: 0, next: 0 };
  #request = null;
  #isStale = false;
  #history = null;
  #historyRequest = null;
  /** Long values that somebody wanted to see whole, so that they stay so when the page is shown again. */
  #whole = new Set();
  /** Finds out whether the name or the role is cut to a few lines, in whatever width. */
  #cut = new ResizeObserver((cut) => {
    const who = cut[0].target.parentElement;
    const button = who.querySelector(".all");
    if (button) button.hidden = ![...who.querySelectorAll("h2, [part=role]")].some((one) => one.scrollHeight > one.clientHeight + 1);
  });
  /** What the agent has edited, which stays in sight beyond the first of a list. */
  #edited = new Set();

  connectedCallback() {
    this.prepare(h("div", { class: "frame" }, this.#status, this.#body));
    this.#open(this.getAttribute("customer-id"));
  }

  disconnectedCallback() {
    this.#leave();
  }

  attributeChangedCallback(name, before, after) {
    if (!this.isConnected || before === after || !this.root) return;
    if (name !== "customer-id" || after !== this.#id) this.#open(this.getAttribute("customer-id"));
  }

  /** Reads the profile anew, as after a conversation was received. What is being typed stays. */
  refresh() {
    this.#recheck.next = 0;
    return this.#load();
  }

  #leave() {
    this.#request?.abort();
    this.#historyRequest?.abort();
    this.#history = null;
    for (const kept of [this.#whole, this.#edited, this.all]) kept.clear();
    clearTimeout(this.#recheck.timer);
    this.#closeDialog();
    if (this.#form && (this.#form.saving || this.#isChanged(this.#form))) this.#drafts.set(this.#form.customer, this.#form);
    this.#form = null;
  }

  async #open(id) {
    this.#leave();
    this.#status.textContent = "";
    this.#id = id;
    this.#view = null;
    this.#failure = null;
    this.#notice = null;
    this.#recheck.next = 0;
    await this.#load();
  }

  async #load() {
    const id = this.#id;
    this.#request?.abort();
    const request = (this.#request = new AbortController());
    clearTimeout(this.#recheck.timer);
    try {
      // Beside the texts, and not after them.
      const reading = id && send(this.api, "GET", `${pathOf(id)}/sidebar`, undefined, request.signal);
      if (reading) reading.catch(() => {});
      await this.loadTexts();
      if (request.signal.aborted) return;
      if (!this.#view) this.#render();
      if (!id) return;
      const view = await reading;
      if (request.signal.aborted) return;
      const isNew = this.#view && this.#view.version !== view.version;
      this.#show(view, isNew ? this.t("updated") : null);
    } catch (error) {
      if (request.signal.aborted) return;
      this.#failure = error;
      if (this.#form) this.#isStale = true;
      else this.#render();
    }
    this.#planRecheck();
  }

  #show(view, message, isAction) {
    this.#take(view, isAction);
    if (this.#form) this.#isStale = true;
    else this.#render();
    if (message) this.#announce(message);
  }

  /** Keeps a view that was read; the history is read again when it may have grown. */
  #take(view, isAction) {
    const old = this.#view;
    this.#view = view;
    this.#failure = null;
    const isSame = old?.id === view.id && old.version === view.version && old.isSuppressed === view.isSuppressed;
    if (isSame && !isAction) return;
    if (this.#history && this.#folded.has("history") && view.permissions.history) this.#loadHistory();
    else this.#history = null;
  }

  /** While a check is pending, its result is looked for three times. */
  #planRecheck() {
    clearTimeout(this.#recheck.timer);
    const isPending = this.#view?.providers.some((provider) => provider.isPending && provider.isEnabled);
    if (!this.isConnected || !isPending || this.#recheck.next >= RECHECK.length) return;
    this.#recheck.timer = setTimeout(() => this.#load(), RECHECK[this.#recheck.next++]);
  }

  #announce(message) {
    this.#status.textContent = "";
    this.#status.textContent = message;
  }

  // --- showing ---------------------------------------------------------------------------------------------------

  #render() {
    const focused = this.root.activeElement?.dataset.focus;
    this.#isStale = false;
    if (this.#form) this.#readUnfit(this.#form);
    this.#body.replaceChildren(...this.#content().flat(Infinity).filter(Boolean));
    this.#placeNotice();
    for (const one of this.#form?.unfit.values() ?? []) one.isHeld = one.input.validity.badInput;
    this.#body.setAttribute("aria-busy", String(!this.#view && !this.#failure && Boolean(this.#id)));
    if (focused) this.#focus(focused);
  }

  #focus(key) {
    const element = this.#body.querySelector(`[data-focus="${CSS.escape(key)}"]`);
    element?.focus({ preventScroll: true });
    return Boolean(element);
  }

  #content() {
    if (!this.#id) return [h("p", { class: "quiet" }, this.t("no-customer"))];
    if (!this.#view) {
      if (!this.#failure) return [h("p", { class: "quiet" }, this.t("loading"))];
      return [this.failed(this.#failure, () => this.refresh())];
    }
    const view = this.#view;
    const usual = ORDER.map((code) => this.#field(code)).filter(Boolean);
    const custom = view.fields.filter((field) => field.group === "custom");
    const isShown = (field) => field.entries.length > 0 || field.clearedBy || this.#form?.code === field.code;
    return [
      this.#header(),
      this.#failure ? this.failed(this.#failure, () => this.refresh()) : null,
      h("div", { class: "messages" }),
      this.#draftOffer(),
      h(
        "div",
        { class: "fields", part: "fields" },
        usual.map((field) => this.#fieldBlock(field)),
        this.many("custom", custom.filter(isShown), (field) => this.#fieldBlock(field), {
          label: this.t("properties"),
          keeps: ({ code }) => this.#edited.has(code) || this.#form?.code === code,
        }),
      ),
      this.#adding([...usual, ...custom]),
      h("slot", { name: "conversations" }),
      this.#historyFold(),
      this.#mergesFold(),
      this.#origin(),
    ];
  }

  /** Puts the notice where the agent has acted, and only the notice, so that a form is left alone. */
  #placeNotice() {
    this.#body.querySelector(".told")?.remove();
    if (!this.#notice) return;
    const close = () => {
      this.#notice = null;
      this.#placeNotice();
      if (this.#form) this.#focusForm();
      else this.#focus(this.#acted ?? "");
    };
    const notice = h(
      "div",
      { class: this.#isError ? "notice told error" : "notice told" },
      h("p", { role: "alert" }, this.#notice),
      h("button", { type: "button", "data-focus": "notice", onclick: close }, this.t("close")),
    );
    const acted = this.#acted && this.#body.querySelector(`[data-focus="${CSS.escape(this.#acted)}"]`);
    const place = acted?.closest(".buttons, .provider, .cleared, .change") ?? this.#body.querySelector(".messages");
    if (!place || place.matches(".provider, .change, .messages")) place?.append(notice);
    else place.after(notice);
  }

  #field(code) {
    return this.#view.fields.find((field) => field.code === code);
  }

  #text(code) {
    return this.#field(code)?.entries[0]?.text ?? "";
  }

  #header() {
    const view = this.#view;
    if (this.#form?.code === "identity") return h("div", { class: "head editing" }, h("h2", { id: "name", dir: "auto" }, view.displayName), this.#formElement());
    const roles = [this.#text("job-title"), this.#text("company")].filter(Boolean);
    const sources = ["name", "job-title", "company"].map((code) => this.#field(code)).filter(Boolean);
    const name = h("h2", { part: "name", id: "name", dir: "auto", tabindex: "-1" }, view.displayName);
    const role = h("p", { part: "role" }, roles.map((role, index) => [index > 0 && " ", h("span", { dir: "auto" }, role)]));
    this.#cut.disconnect();
    for (const one of [name, role]) this.#cut.observe(one);
    const showAll = () => {
      this.all.add("head");
      name.parentElement.classList.add("whole");
      name.focus({ preventScroll: true });
    };
    return h(
      "header",
      { class: "head", part: "header" },
      h("span", { class: "avatar", part: "avatar", "aria-hidden": "true" }, view.initials),
      h(
        "div",
        { class: this.all.has("head") ? "who whole" : "who" },
        name,
        roles.length > 0 && role,
        h("button", { type: "button", class: "link all", hidden: true, "aria-label": `${this.t("show-all")}: ${this.t("identity")}`, onclick: showAll }, this.t("show-all")),
        this.#sources && sources.map((field) => this.#sourceLines(field, true)),
        sources.filter((field) => field.clearedBy).map((field) => this.#clearedLine(field)),
        view.isSuppressed && h("p", { class: "tag" }, this.t("suppressed")),
        !isSameId(view.id, this.#id) && h("p", { class: "quiet" }, this.t("merged-id")),
      ),
      view.permissions.edit &&
        sources.some((field) => field.isEditable) &&
        this.#iconButton("edit", "edit", this.t("edit-identity"), "edit-identity", () => this.#edit("identity")),
    );
  }

  #iconButton(name, kind, label, focus, act) {
    return h(
      "button",
      { type: "button", class: `icon-button ${kind}`, "aria-label": label, title: label, "data-focus": focus, onclick: act },
      icon(name),
    );
  }

  #canEdit(field) {
    return this.#view.permissions.edit && field.isEditable;
  }

  #fieldBlock(field) {
    if (this.#form?.code === field.code) return h("div", { class: "field editing" }, this.#formElement());
    if (field.entries.length === 0 && !field.clearedBy) return null;
    const label = this.label(field);
    return h(
      "div",
      { class: "field", part: "field", "data-code": field.code },
      h(
        "div",
        { class: "caption" },
        h("h3", { dir: "auto" }, label),
        !field.isEditable && this.#lock(field, label),
        this.#canEdit(field) &&
          this.#iconButton("edit", "edit", this.t("edit-field", { field: label }), `edit-${field.code}`, () =>
            this.#edit(field.code),
          ),
      ),
      h(
        "ul",
        { class: "entries" },
        this.many(field.code, field.entries, (entry) => h("li", {}, this.#entry(field, entry)), {
          label,
          keeps: ({ key }) => this.#edited.has(keyOf({ field: field.code, key })),
          wrap: (button) => h("li", { class: "rest" }, button),
        }),
      ),
      field.unfit && h("p", { class: "error" }, this.t(`error.${field.unfit}`)),
      field.clearedBy && this.#clearedLine(field),
      this.#sources && field.isList && field.hasMarks && !field.clearedBy && this.#canEdit(field) &&
        this.#resetButton(field, this.t("reset-list", { field: label })),
    );
  }

  #entry(field, entry) {
    const value = entry.value;
    const label = value.label && h("span", { class: "quiet", dir: "auto" }, value.label);
    let shown;
    switch (field.code) {
      case "emails":
        shown = [h("a", { href: `mailto:${encodeURIComponent(value.address).replace("%40", "@")}`, dir: "auto" }, value.address), this.#copyButton(value.address), label];
        break;
      case "phones":
        shown = [h("a", { href: `tel:${value.number.replace(/[^+\d;=a-z]/gi, "")}`, dir: "auto" }, value.number), this.#copyButton(value.number), label];
        break;
      case "websites":
        shown = [isWebAddress(value.url) ? link(value.url, value.url.replace(/^https?:\/\//i, "").replace(/\/$/, "")) : h("span", { dir: "auto" }, value.url)];
        break;
      case "social-profiles":
        shown = [
          h("span", { class: "network", dir: "auto" }, Object.hasOwn(NETWORKS, value.network) ? NETWORKS[value.network] : value.network),
          isWebAddress(value.url) ? link(value.url, value.username || value.url.replace(/^https?:\/\/(www\.)?/i, "")) : h("span", { dir: "auto" }, value.username),
        ];
        break;
      default:
        shown = [
          field.property?.type === "url" && isWebAddress(entry.text)
            ? link(entry.text, entry.text.replace(/^https?:\/\//i, "").replace(/\/$/, ""))
            : h("p", { class: "text", dir: "auto" }, this.#stateShown(field, entry)),
        ];
    }
    return [h("div", { class: "entry" }, shown), this.#sources && h("p", { class: "source", dir: "auto" }, this.sourceText(entry.source))];
  }

  /** The text of a value as people read it: the label of an option, yes or no, a date as it is written here. */
  #shown(field, text) {
    const { type, options } = field?.property ?? {};
    const plain = text?.trim();
    if (type === "boolean") return this.t(`boolean.${plain}`) ?? text;
    if (type === "option") return options.find(({ code }) => code === plain)?.label ?? text;
    const day = type === "date" && /^\d{4}-\d\d-\d\d$/.test(plain) ? Date.parse(plain) : NaN;
    return Number.isNaN(day) ? text : new Intl.DateTimeFormat(this.culture, { dateStyle: "medium", timeZone: "UTC" }).format(day);
  }

  /** What an entry or a state holds, as people read it. The text of an option is its label already, the value its code. */
  #stateShown(field, state) {
    return this.#shown(field, field?.property ? state?.value?.text : state?.text);
  }

  #sourceLines(field, named) {
    return field.entries.map((entry) =>
      h("p", { class: "source", dir: "auto" }, named && `${this.label(field)}: `, this.sourceText(entry.source)),
    );
  }

  #clearedLine(field) {
    const by = field.clearedBy.by ?? "";
    return h(
      "p",
      { class: "cleared" },
      h("span", { dir: "auto" }, this.t("left-blank", { field: this.label(field), by, at: this.time(field.clearedBy.at) })),
      this.#canEdit(field) && this.#resetButton(field, this.t("reset-field", { field: this.label(field) })),
    );
  }

  #resetButton(field, label) {
    const change = { op: "reset", field: field.code, version: field.version };
    return h(
      "button",
      { type: "button", class: "link", "aria-label": `${this.t("reset")}: ${label}`, "data-focus": `reset-${field.code}`, onclick: () => this.#act("PATCH", "", { changes: [change] }, "reset-done") },
      this.t("reset"),
    );
  }

  #lock(field, label) {
    return h(
      "details",
      { class: "lock", "data-code": field.code },
      h("summary", { "aria-label": this.t("locked-why", { field: label }), title: this.t("locked-why", { field: label }) }, icon("lock")),
      h("p", {}, this.t("locked"), " ", field.correctAt && isWebAddress(field.correctAt) && link(field.correctAt, this.t("correct-there"))),
    );
  }

  #copyButton(text) {
    if (!navigator.clipboard?.writeText) return null;
    const button = this.#iconButton("copy", "copy", this.t("copy", { value: text }), null, async () => {
      try {
        await navigator.clipboard.writeText(text);
        button.replaceChildren(icon("done"));
        this.#announce(this.t("copied"));
        setTimeout(() => button.replaceChildren(icon("copy")), 2_000);
      } catch {
        this.#announce(this.t("not-copied"));
      }
    });
    return button;
  }

  /** The fields that are blank, each as a button that begins it. */
  #adding(shown) {
    if (!this.#view.permissions.edit) return null;
    if (this.#form?.code === "new-property") return h("div", { class: "field editing" }, this.#formElement());
    const blank = shown.filter((field) => field.entries.length === 0 && !field.clearedBy && this.#canEdit(field) && this.#form?.code !== field.code);
    const chip = (field) =>
      h("button", { type: "button", class: "chip", "data-focus": `edit-${field.code}`, "aria-label": this.t("add-field", { field: this.label(field) }), onclick: () => this.#edit(field.code) }, h("span", { "aria-hidden": "true" }, "+ "), this.label(field));
    const buttons = this.many("adding", blank, chip, { label: this.t("properties"), keeps: ({ code }) => this.#edited.has(code) });
    if (this.#view.permissions.addProperties) {
      buttons.push(
        h("button", { type: "button", class: "chip", "data-focus": "edit-new-property", "aria-label": this.t("add-field", { field: this.t("property") }), onclick: () => this.#edit("new-property") }, h("span", { "aria-hidden": "true" }, "+ "), this.t("property")),
      );
    }
    return h("div", { class: "adding", part: "adding" }, buttons);
  }

  #draftOffer() {
    const draft = this.#drafts.get(this.#id);
    if (!draft || this.#form) return null;
    const take = () => {
      this.#drafts.delete(this.#id);
      this.#form = draft;
      this.#render();
      this.#focusForm();
    };
    const drop = () => {
      this.#drafts.delete(this.#id);
      this.#render();
      this.#announce(this.t("draft-discarded"));
      this.#focus("edit-identity");
    };
    return h(
      "div",
      { class: "notice", role: "group", "aria-label": this.t("draft") },
      h("p", {}, this.t("draft")),
      h("button", { type: "button", "data-focus": "draft-continue", disabled: draft.saving, onclick: take }, this.t("draft-continue")),
      h("button", { type: "button", class: "quiet-button", disabled: draft.saving, onclick: drop }, this.t("draft-discard")),
    );
  }

  #fold(key, summary, opened, ...content) {
    return h(
      "details",
      {
        class: "fold",
        part: key,
        open: this.#folded.has(key),
        ontoggle: (event) => {
          this.#folded[event.target.open ? "add" : "delete"](key);
          if (event.target.open) opened?.();
        },
      },
      h("summary", { "data-focus": `fold-${key}` }, summary),
      content,
    );
  }

  #origin() {
    const view = this.#view;
    const toggle = () => {
      this.#sources = !this.#sources;
      this.#render();
      this.#announce(this.t(this.#sources ? "sources-shown" : "sources-hidden"));
    };
    const photo = this.#field("photo");
    return this.#fold(
      "origin",
      this.t("where-from"),
      null,
      h("button", { type: "button", class: "quiet-button", "aria-pressed": String(this.#sources), "data-focus": "sources", disabled: Boolean(this.#form), onclick: toggle }, this.t("show-sources")),
      photo && this.#photoLine(photo),
      view.providers.map((provider) => this.#provider(provider)),
      view.permissions.administer && this.#suppression(),
    );
  }

  #photoLine(photo) {
    const hasPhoto = photo.entries.length > 0;
    if (!hasPhoto && !photo.clearedBy) return null;
    const path = hasPhoto ? "photo/clear" : "photo/reset";
    return h(
      "div",
      { class: "provider" },
      h("p", {}, hasPhoto ? this.t("photo-held", { source: this.sourceText(photo.entries[0].source) }) : this.t("left-blank", { field: this.label(photo), by: photo.clearedBy.by ?? "", at: this.time(photo.clearedBy.at) })),
      this.#view.permissions.edit && this.#actionButton(hasPhoto ? "clear-photo" : "reset-photo", () => this.#act("POST", `/${path}`, {}, hasPhoto ? "photo-cleared" : "reset-done")),
    );
  }

  #provider(provider) {
    const lines = [];
    if (!provider.isEnabled) lines.push(this.t("provider-disabled"));
    else if (provider.isPending) lines.push(this.t("provider-pending"));
    if (provider.lastCheckAt) {
      lines.push(this.t("provider-checked", { at: this.time(provider.lastCheckAt), outcome: this.t(`outcome.${provider.lastOutcome}`) ?? provider.lastOutcome }));
    } else if (!provider.isPending) lines.push(this.t("provider-never"));
    if (provider.lastFailure) lines.push(this.t("provider-failed", { reason: this.t(`failure.${provider.lastFailure}`) ?? provider.lastFailure }));
    if (provider.pausedBecause) lines.push(this.t("provider-paused", { reason: this.t(`failure.${provider.pausedBecause}`) ?? provider.pausedBecause }));
    if (provider.nextCheckAfter) lines.push(this.t("provider-next", { at: this.time(provider.nextCheckAfter) }));
    const name = provider.name;
    const path = encodeURIComponent(name);
    const turn = provider.isEnabled ? "disable" : "enable";
    return h(
      "div",
      { class: "provider", "data-provider": name, "data-focus": `provider-${name}`, tabindex: "-1" },
      h("h3", { dir: "auto" }, name),
      lines.map((line) => h("p", {}, line)),
      h(
        "p",
        { class: "links" },
        isWebAddress(provider.claimPage) && link(provider.claimPage, this.t("claim-page")),
        isWebAddress(provider.optOutPage) && provider.optOutPage !== provider.claimPage && link(provider.optOutPage, this.t("opt-out-page")),
      ),
      this.#view.permissions.administer &&
        h("div", { class: "buttons" }, [
        provider.isEnabled && !provider.isPending && !this.#view.isSuppressed && this.#actionButton("check-now", () => this.#checkNow(path, name), name),
        this.#actionButton(`${turn}-provider`, () => this.#confirm(`${turn}-provider-confirm`, { provider: name }, () => this.#actOnProvider(path, turn)), name),
        this.#actionButton("remove-data", () => this.#confirm("remove-data-confirm", { provider: name }, () => this.#act("POST", `/providers/${path}/remove-data`, {}, "data-removed")), name),
      ]),
    );
  }

  #suppression() {
    const does = this.#view.isSuppressed ? "unsuppress" : "suppress";
    return h("div", { class: "buttons" }, this.#actionButton(does, () => this.#confirm(`${does}-confirm`, {}, () => this.#act("POST", `/${does}`, {}, `${does}-done`))));
  }

  #actionButton(key, act, about) {
    return h("button", { type: "button", class: "quiet-button", "data-focus": `${key}-${about ?? ""}`, "aria-label": about ? `${this.t(key)}: ${about}` : null, onclick: act }, this.t(key));
  }

  async #actOnProvider(path, turn) {
    await this.#once(async () => {
      await send(this.api, "POST", `providers/${path}/${turn}`, {});
      await this.refresh();
      this.#announce(this.t(`${turn}-provider-done`));
    });
  }

  async #checkNow(path, name) {
    await this.#act("POST", `/providers/${path}/check-now`, {}, "check-now-done");
    // The button is gone while the check is under way. Who has gone elsewhere meanwhile stays there.
    if (!this.root.activeElement && document.activeElement === document.body) this.#focus(`provider-${name}`);
  }

  async #act(method, path, body, done) {
    const id = this.#id;
    await this.#once(async () => {
      const view = await send(this.api, method, `${pathOf(id)}${path}`, body);
      if (this.#id !== id) return;
      this.#recheck.next = 0;
      this.#show(view, this.t(done), true);
      this.#planRecheck();
    });
  }

  /** One action at a time, so that a double click does nothing twice. */
  async #once(act) {
    if (this.#busy) return;
    this.#busy = true;
    const id = this.#id;
    try {
      this.#notice = null;
      this.#isError = false;
      this.#acted = this.root.activeElement?.dataset.focus;
      this.#placeNotice();
      await act();
    } catch (error) {
      if (this.#id === id) {
        this.#notice = this.textOf(error);
        this.#isError = true;
        this.#placeNotice();
        this.#body.querySelector(".told")?.scrollIntoView({ block: "nearest" });
        if (!this.#form && error.status === 409) await this.refresh();
      }
    } finally {
      this.#busy = false;
    }
  }

  // --- history ---------------------------------------------------------------------------------------------------

  #historyFold() {
    if (!this.#view.permissions.history) return null;
    const load = () => {
      if (!this.#history && this.#view?.permissions.history) this.#loadHistory(undefined, true);
    };
    return this.#fold("history", this.t("history"), load, h("div", { class: "history" }, this.#historyContent()));
  }

  /** Reads the newest changes, as many as are shown; or the ones before a number, and adds them. */
  async #loadHistory(before, isOpened) {
    this.#historyRequest?.abort();
    const request = (this.#historyRequest = new AbortController());
    const shown = this.#history?.entries ?? [];
    this.#history = { entries: null, next: null, ...this.#history, failure: null, isLoading: true };
    this.#renderHistory();
    try {
      const size = before ? CHANGES : Math.min(Math.max(shown.length, CHANGES), 100);
      const query = before ? `?pageSize=${size}&before=${before}` : `?pageSize=${size}`;
      const page = await send(this.api, "GET", `${pathOf(this.#id)}/history${query}`, undefined, request.signal);
      if (request.signal.aborted) return;
      this.#history = { entries: before ? [...shown, ...page.entries] : page.entries, next: page.next ?? null };
      this.#renderHistory();
      const count = this.#history.entries.length;
      if (before || isOpened) this.#announce(count === 0 ? this.t("history-none") : this.t("history-count", { count: String(count) }));
      if (before && page.entries.length > 0) this.#body.querySelector(`[data-focus="change-${page.entries[0].number}"]`)?.focus();
    } catch (error) {
      if (request.signal.aborted) return;
      this.#history = { ...this.#history, failure: error, before, isLoading: false };
      this.#renderHistory();
    }
  }

  /** Only the history, so that a form above it is left alone. */
  #renderHistory() {
    const box = this.#body.querySelector(".history");
    if (!box) return;
    const focused = box.contains(this.root.activeElement) ? this.root.activeElement.dataset.focus : null;
    box.replaceChildren(...this.#historyContent().flat(Infinity).filter(Boolean));
    if (focused && !this.#focus(focused)) this.#focus("fold-history");
  }

  #historyContent() {
    const { entries, next, failure, before, isLoading } = this.#history ?? {};
    if (!entries && !failure) return [h("p", { class: "quiet" }, this.t("history-loading"))];
    const older = () => {
      if (!this.#history.isLoading) this.#loadHistory(next);
    };
    return [
      entries?.length === 0 && h("p", { class: "quiet" }, this.t("history-none")),
      entries?.length > 0 && h("ol", { class: "changes" }, entries.map((entry) => this.#change(entry))),
      failure && this.failed(failure, () => this.#loadHistory(before), "history-again"),
      next && !failure &&
        h("button", { type: "button", class: "quiet-button", "data-focus": "history-older", "aria-disabled": String(Boolean(isLoading)), onclick: older }, this.t("history-older")),
    ];
  }

  #change(entry) {
    const what = this.t(`change.${entry.kind}`) ?? entry.kind;
    const who = this.sourceText(entry.by);
    const isMerge = entry.kind === "Merge" || entry.kind === "Unmerge";
    const canUndo = this.#view.permissions.edit && !isMerge && !entry.absorbed && entry.values.some((value) => !value.isRemoved);
    return h(
      "li",
      { class: "change", part: "change", tabindex: "-1", "data-focus": `change-${entry.absorbed ?? ""}${entry.number}` },
      h("h3", {}, what),
      h("p", { class: "quiet", dir: "auto" }, who),
      entry.caseReference && h("p", { class: "quiet", dir: "auto" }, this.t("history-case", { reference: entry.caseReference })),
      this.many(`change ${entry.absorbed ?? ""} ${entry.number}`, entry.values, (value) => this.#difference(value), { label: `${what}, ${who}` }),
      canUndo &&
        h("button", { type: "button", class: "link", "data-focus": `undo-${entry.number}`, "aria-label": `${this.t("undo")}: ${what}, ${who}`, onclick: () => this.#undo(entry) }, this.t("undo")),
    );
  }

  /** What was there before and after; the arrow is for eyes only. */
  #difference(value) {
    const label = this.labelAt(value);
    return h(
      "div",
      { class: "difference", "data-code": value.field },
      h("p", { class: "label", dir: "auto" }, label),
      value.isRemoved
        ? h("p", { class: "quiet" }, this.t("history-removed"))
        : h(
            "p",
            { class: "sides" },
            h("span", { class: "side" }, h("span", { class: "hidden" }, this.t("history-before"), " "), this.#side(value, value.before, label), " "),
            h("span", { class: "side" }, h("span", { class: "arrow", "aria-hidden": "true" }), h("span", { class: "hidden" }, this.t("history-after"), " "), this.#side(value, value.after, label)),
          ),
    );
  }

  /** The text of a state; its parts where both sides have the same text, as when only the given name was added. */
  #stateText({ field, key, before, after }, state) {
    if (!state) return null;
    if (state.isCleared) return this.t(key ? "removed-entry" : "blank-on-purpose");
    const isSame = before && after && before.text === after.text;
    return isSame ? Object.values(state.value).filter(Boolean).join(", ") : this.#stateShown(this.#field(field), state);
  }

  #side(change, state, label) {
    const text = this.#stateText(change, state) ?? this.t("blank");
    if (!state || state.isCleared) return h("span", { class: "quiet" }, text);
    if (text.length <= LONG) return h("span", { class: "value", dir: "auto" }, text);
    if (this.#whole.has(text)) return h("span", { class: "value", dir: "auto", tabindex: "-1" }, text);
    const value = h("span", { class: "value", dir: "auto", tabindex: "-1" }, `${[...text.slice(0, 2 * LONG)].slice(0, LONG).join("")}…`);
    const all = () => {
      this.#whole.add(text);
      value.textContent = text;
      value.focus();
      button.remove();
    };
    const button = h("button", { type: "button", class: "link", "aria-label": `${this.t("show-all")}: ${label}`, onclick: all }, this.t("show-all"));
    return [value, " ", button];
  }

  /** Shows what undoing a change would do. Nothing is saved before the agent has seen it. */
  async #undo(entry, isAgain = false) {
    if (this.#mustFinish()) return;
    const id = this.#id;
    await this.#once(async () => {
      const preview = await send(this.api, "POST", `${this.#revertPath(id, entry)}/preview`, { scope: "one-change" });
      if (this.#id === id && this.isConnected) this.#showUndo(id, entry, preview, isAgain);
    });
  }

  #revertPath(id, entry) {
    return `${pathOf(id)}/history/${entry.number}/revert`;
  }

  #showUndo(id, entry, preview, isAgain) {
    const open = preview.conflicts.filter((conflict) => conflict.canOverwrite);
    const stays = [
      ...preview.conflicts.filter((conflict) => !conflict.canOverwrite).map((conflict) => [this.labelAt(conflict), this.t("error.OwnedByProvider")]),
      ...preview.refused.map((error) => [this.labelAt(error), this.#errorText(error)]),
      ...preview.removed.map((code) => [this.#labelOfCode(code), this.t("undo-removed")]),
    ];
    for (const list of ["changes", "conflicts", "stays"]) this.all.delete(`undo-${list}`);
    const isNothing = preview.changes.length === 0 && open.length === 0;
    const problem = h("p", { class: "error", role: "alert" });
    const save = () => {
      const overwrite = open.filter((_, index) => dialog.querySelector(`input[name=choice-${index}]:checked`)?.value === "mine");
      if (preview.changes.length === 0 && overwrite.length === 0) {
        close();
        return;
      }
      this.#revert(id, entry, { scope: "one-change", version: preview.version, overwrite: overwrite.map(({ field, key }) => ({ field, key })) }, problem);
    };
    const close = () => {
      this.#closeDialog();
      this.#focus(`undo-${entry.number}`);
      this.#announce(this.t("cancelled"));
    };
    const dialog = this.#openDialog(
      this.t("undo"),
      h("h2", {}, this.t("undo")),
      h("p", { class: "quiet", dir: "auto" }, this.sourceText(entry.by)),
      isAgain && h("p", { class: "notice", role: "alert" }, this.t("undo-again")),
      isNothing && h("p", {}, this.t("undo-nothing")),
      preview.changes.length > 0 && h("div", { class: "effects" }, h("h3", {}, this.t("undo-changes")), this.many("undo-changes", preview.changes, (change) => this.#difference(change), { label: this.t("undo-changes") })),
      open.length > 0 && h("p", {}, this.t("undo-conflicts")),
      this.many("undo-conflicts", open, (conflict, index) =>
        this.#choice(`choice-${index}`, this.labelAt(conflict), {
          before: [this.t("undo-was"), this.#stateText(conflict, conflict.read)],
          who: conflict.theirs?.source,
          theirs: this.#stateText(conflict, conflict.theirs),
          mine: [this.t("undo-mine"), this.#stateText(conflict, conflict.yours)],
        }), { label: this.t("undo-conflicts") },
      ),
      stays.length > 0 && h("div", { class: "effects" }, h("h3", {}, this.t("undo-stays")), this.many("undo-stays", stays, ([label, why]) => h("p", {}, h("span", { class: "label", dir: "auto" }, label), " ", why), { label: this.t("undo-stays") })),
      problem,
      h(
        "div",
        { class: "buttons" },
        !isNothing && h("button", { type: "button", class: "primary", onclick: save }, this.t("undo-confirm")),
        h("button", { type: "button", class: "quiet-button", onclick: close }, this.t(isNothing ? "close" : "cancel")),
      ),
    );
  }

  #labelOfCode(code) {
    const field = this.#field(code);
    return field ? this.label(field) : (this.t(`field.${code}`) ?? code.replace(/^custom:/, ""));
  }

  async #revert(id, entry, request, problem) {
    if (this.#busy) return;
    this.#busy = true;
    problem.textContent = "";
    let isStale = false;
    try {
      const view = await send(this.api, "POST", this.#revertPath(id, entry), request);
      this.dispatchEvent(new CustomEvent("customer-profile-saved", { bubbles: true, composed: true, detail: { customerId: view.id, version: view.version } }));
      if (this.#id !== id) return;
      this.#notice = null;
      this.#closeDialog();
      this.#recheck.next = 0;
      this.#show(view, this.t("undone"), true);
      this.#focus(`undo-${entry.number}`);
      this.#planRecheck();
    } catch (error) {
      isStale = error.code === "stale" && this.#id === id;
      problem.textContent = error.code === "rejected" ? error.problem.errors.map((one) => this.#errorText(one)).join(" ") : this.textOf(error);
    } finally {
      this.#busy = false;
    }
    if (isStale) await this.#undo(entry, true);
  }

  // --- merges ----------------------------------------------------------------------------------------------------

  #mergesFold() {
    const { id, merges, permissions } = this.#view;
    if (!permissions.merge) return null;
    const content =
      merges.length === 0
        ? h("p", { class: "quiet" }, this.t("merges-none"))
        : h("ol", { class: "changes" }, this.many("merges", merges, (merge) => this.#merge(merge, id), { label: this.t("merges"), wrap: (button) => h("li", {}, button) }));
    return this.#fold("merges", this.t("merges"), null, h("div", { class: "history merges" }, content));
  }

  #merge(merge, customer) {
    const who = this.t("source.agent", { by: merge.by, at: this.time(merge.at) });
    const isLapsed = merge.into === customer || Date.parse(merge.undoUntil) < Date.now();
    const why = isLapsed ? "merges-lapsed" : "merges-later";
    return h(
      "li",
      { class: "change", part: "change" },
      h("h3", {}, this.t("merges-line")),
      h("p", { class: "id", dir: "auto" }, merge.from),
      h("p", { class: "quiet", dir: "auto" }, who),
      merge.canUndo
        ? h("button", { type: "button", class: "link", "data-focus": `unmerge-${merge.id}`, "aria-label": `${this.t("merge-undo")}: ${who}`, onclick: () => this.#unmerge(merge) }, this.t("merge-undo"))
        : h("p", { class: "quiet" }, this.t(why)),
    );
  }

  #unmerge(merge) {
    if (this.#mustFinish()) return;
    this.#confirm("merge-undo-confirm", {}, async () => {
      const id = this.#id;
      await this.#once(async () => {
        const undone = await send(this.api, "POST", `merges/${merge.id}/undo`, {});
        this.tell("customer-unmerged", { mergeId: merge.id, fromId: undone.from.id, intoId: undone.into.id });
        if (this.#id !== id) return;
        this.#notice = this.undoneTexts(undone).map((lines) => lines.join(" ")).join(" ") || null;
        await this.#load();
        this.#announce(this.t("merge-undone"));
      });
      if (this.#id === id) this.#focus("fold-merges");
    });
  }

  // --- dialogs ---------------------------------------------------------------------------------------------------

  #openDialog(label, ...content) {
    this.#closeDialog();
    const dialog = h("dialog", { "aria-label": label, part: "dialog", onclose: () => this.#dialog === dialog && this.#closeDialog() }, content);
    this.#dialog = dialog;
    this.#body.parentElement.append(dialog);
    dialog.showModal();
    return dialog;
  }

  #closeDialog() {
    const dialog = this.#dialog;
    this.#dialog = null;
    if (dialog?.open) dialog.close();
    dialog?.remove();
  }

  /** Two values of one entry, of which theirs stays unless the agent chooses the other. */
  #choice(name, label, { before, who, theirs, mine }) {
    const valueOf = (text) => h("span", { class: "value", dir: "auto" }, text || this.t("blank"));
    const option = (value, caption, text, isChosen) =>
      h("label", { class: "choice" }, h("input", { type: "radio", name, value, checked: isChosen }), h("span", {}, caption), valueOf(text));
    return h(
      "fieldset",
      {},
      h("legend", { dir: "auto" }, label),
      h("p", { class: "quiet" }, before[0], " ", valueOf(before[1])),
      option("theirs", who ? this.t("conflict-theirs-by", { by: who.by ?? "", at: this.time(who.at) }) : this.t("conflict-theirs"), theirs, true),
      option("mine", mine[0], mine[1], false),
    );
  }

  #confirm(key, values, act) {
    const focused = this.root.activeElement?.dataset.focus;
    const text = this.t(key, values);
    this.#openDialog(
      text,
      h("p", {}, text),
      h(
        "div",
        { class: "buttons" },
        h("button", { type: "button", class: "primary", onclick: async () => { this.#closeDialog(); await act(); if (focused) this.#focus(focused); } }, this.t("confirm")),
        h("button", { type: "button", class: "quiet-button", autofocus: true, onclick: () => { this.#closeDialog(); if (focused) this.#focus(focused); } }, this.t("cancel")),
      ),
    );
  }

  // --- editing ---------------------------------------------------------------------------------------------------

  /** Whether something is being typed that is to be saved or cancelled first. A form without changes is closed. */
  #mustFinish() {
    if (!this.#form) return false;
    if (this.#form.saving || this.#isChanged(this.#form)) {
      this.#announce(this.t("finish-first"));
      this.#focusForm();
      return true;
    }
    this.#form = null;
    return false;
  }

  #edit(code) {
    if (this.#mustFinish()) return;
    this.#notice = null;
    const codes = code === "identity" ? ["name", "job-title", "company"] : code === "new-property" ? [] : [code];
    const fields = codes.map((one) => this.#field(one)).filter((field) => field && field.isEditable);
    const form = { customer: this.#id, code, fields, values: {}, rows: [], chosen: new Map(), unfit: new Map(), errors: [], failure: null, saving: false };
    for (const field of fields) {
      if (field.isList) form.rows = field.entries.map((entry) => ({ entry, ...this.#rowOf(field, entry.value) }));
      else Object.assign(form.values, this.#valuesOf(field));
    }
    if (fields[0]?.isList && form.rows.length === 0) form.rows.push(this.#rowOf(fields[0], {}));
    form.before = JSON.stringify([form.values, form.rows]);
    this.#form = form;
    this.#render();
    this.#focusForm();
  }

  #isChanged(form) {
    this.#readUnfit(form);
    return form.unfit.size > 0 || JSON.stringify([form.values, form.rows]) !== form.before;
  }

  #focusForm() {
    (this.#body.querySelector("form [aria-invalid=true]") ?? this.#body.querySelector("form input, form textarea, form select"))?.focus();
  }

  #valuesOf(field) {
    const value = field.entries[0]?.value ?? {};
    if (field.code === "name") return { "name.full": value.full ?? "", "name.given": value.given ?? "", "name.family": value.family ?? "" };
    if (field.code === "address") return Object.fromEntries(ADDRESS.map((part) => [`address.${part}`, value[part] ?? ""]));
    if (field.code === "photo") return { "photo.url": value.url ?? "" };
    return { [`${field.code}.text`]: value.text ?? "" };
  }

  #partsOf(field) {
    switch (field.code) {
      case "emails":
        return ["address", "label"];
      case "phones":
        return ["number", "label"];
      case "social-profiles":
        return ["network", "url", "username"];
      default:
        return ["url"];
    }
  }

  #rowOf(field, value) {
    return Object.fromEntries(this.#partsOf(field).map((part) => [part, value[part] ?? ""]));
  }

  /** The changes of a form, each with where it was typed. */
  #changesOf(form) {
    const changes = [];
    const add = (place, change) => {
      const chosen = form.chosen.get(`${change.op} ${change.field} ${change.key ?? JSON.stringify(change.value ?? null)}`);
      if (chosen?.skip) return;
      changes.push({ place, change: chosen ? { ...change, version: chosen.version } : change });
    };
    if (form.code === "new-property") {
      const text = form.values["new.text"]?.trim() ?? "";
      const key = form.values["new.key"]?.trim() ?? "";
      if (text || key) add("new", { op: "set", field: `custom:${key}`, value: { text }, version: "unset" });
    }
    for (const field of form.fields) {
      if (field.isList) {
        this.#listChanges(form, field, add);
        continue;
      }
      const before = this.#valuesOf(field);
      const parts = Object.keys(before);
      if (parts.every((part) => form.values[part].trim() === before[part].trim())) continue;
      const isBlank = parts.every((part) => form.values[part].trim() === "");
      const value = Object.fromEntries(parts.map((part) => [part.slice(part.lastIndexOf(".") + 1), typed(field, form.values[part])]));
      if (isBlank && field.entries.length === 0) continue;
      add(field.code, { op: isBlank ? "clear" : "set", field: field.code, value: isBlank ? undefined : value, version: field.version });
    }
    return changes;
  }

  #listChanges(form, field, add) {
    const [main] = this.#partsOf(field);
    const indexes = new Map(form.rows.map((row, index) => [row.entry, index]));
    for (const entry of field.entries) {
      const index = indexes.get(entry) ?? -1;
      const row = form.rows[index];
      const before = this.#rowOf(field, entry.value);
      if (!row || this.#isBlankRow(field, row)) {
        add(`row${Math.max(index, 0)}`, { op: "remove", field: field.code, key: entry.key, version: entry.version });
      } else if (this.#isRowChanged(field, row)) {
        const isSame = before[main] === row[main].trim() && field.code !== "social-profiles";
        if (!isSame) add(`row${index}`, { op: "remove", field: field.code, key: entry.key, version: entry.version });
        add(`row${index}`, { op: "add", field: field.code, value: this.#rowValue(field, row), version: isSame ? entry.version : "unset" });
      }
    }
    form.rows.forEach((row, index) => {
      if (!row.entry && !this.#isBlankRow(field, row)) add(`row${index}`, { op: "add", field: field.code, value: this.#rowValue(field, row), version: "unset" });
    });
  }

  #isRowChanged(field, row) {
    return Object.entries(this.#rowOf(field, row.entry.value)).some(([part, text]) => text !== row[part].trim());
  }

  #isBlankRow(field, row) {
    return this.#partsOf(field).every((part) => row[part].trim() === "");
  }

  #rowValue(field, row) {
    const value = Object.fromEntries(this.#partsOf(field).map((part) => [part, row[part].trim()]));
    for (const part of ["url", "username"]) if (part in value && field.code === "social-profiles" && !value[part]) delete value[part];
    if (value.url) value.url = webAddressOf(value.url);
    return value;
  }

  #formElement() {
    const form = this.#form;
    const title = form.code === "identity" ? this.t("identity") : form.code === "new-property" ? this.t("property") : this.label(form.fields[0]);
    const inputs = [];
    if (form.code === "new-property") inputs.push(this.#input("new.key", this.t("property-name"), {}), this.#input("new.text", this.t("property-value"), { lines: true }));
    for (const field of form.fields) {
      if (field.isList) {
        inputs.push(
          this.many(`rows ${field.code}`, form.rows, (row, index) => this.#rowElement(field, row, index), {
            label: title,
            keeps: (row, index) => !row.entry || this.#isRowChanged(field, row) || form.errors.some(({ place }) => place === `row${index}`),
          }),
        );
        inputs.push(h("button", { type: "button", class: "link", onclick: () => { form.rows.push(this.#rowOf(field, {})); this.#render(); [...this.#body.querySelectorAll(".row")].at(-1)?.querySelector("input").focus(); } }, this.t("add-another")));
      } else {
        for (const name of Object.keys(this.#valuesOf(field))) {
          const part = name.slice(name.lastIndexOf(".") + 1);
          const isLines = MULTILINE.includes(field.code) || field.group === "custom" || part === "street";
          inputs.push(this.#input(name, part === "text" || part === "full" ? this.label(field) : (this.t(`part.${part}`) ?? part), { lines: isLines, place: field.code, part, property: field.property }));
        }
      }
    }
    const element = h(
      "form",
      {
        part: "form",
        novalidate: true,
        "aria-label": title,
        onsubmit: (event) => { event.preventDefault(); this.#save(form); },
        onkeydown: (event) => {
          if (event.isComposing) return;
          if (event.key === "Escape") { event.stopPropagation(); this.#cancel(); }
          else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.#save(form); }
        },
      },
      form.code !== "identity" && h("h3", { dir: "auto" }, title),
      inputs,
      form.failure && h("p", { class: "error", role: "alert" }, this.textOf(form.failure), " ", this.t("typed-stays")),
      form.errors.filter((error) => !error.isShown).map((error) => h("p", { class: "error", role: "alert" }, this.#errorText(error))),
      h(
        "div",
        { class: "buttons" },
        h("button", { type: "submit", class: "primary", "data-focus": "save", "aria-disabled": String(form.saving) }, this.t(form.saving ? "saving" : "save")),
        h("button", { type: "button", class: "quiet-button", "data-focus": "cancel", onclick: () => this.#cancel() }, this.t("cancel")),
      ),
    );
    form.element = element;
    return element;
  }

  #errorText(error) {
    return this.t(`error.${error.code}`, { limit: error.limit ?? "" }) ?? error.message;
  }

  #input(name, label, { lines, place, part, row, index, property }) {
    const form = this.#form;
    const values = row ?? form.values;
    const key = row ? `${index}.${part}` : name;
    const errors = form.errors.filter((error) => {
      const isHere = error.place === (row ? `row${index}` : (place ?? name.split(".")[0]));
      const parts = row ? this.#partsOf(form.fields[0]) : null;
      const wanted = error.part === "postal-code" ? "postalCode" : error.part;
      const owns = wanted ? wanted === part || (part === "text" && !["given", "family"].includes(wanted)) || (name === "new.key" && wanted === "key") : row ? part === parts[0] : part !== "given" && part !== "family" && (place !== "address" || part === "street") && name !== "new.key";
      return isHere && owns;
    });
    for (const error of errors) error.isShown = true;
    const id = `input-${key.replaceAll(/[^\w-]/g, "-")}`;
    const unfit = form.unfit.get(id)?.input;
    if (unfit && !errors.some((error) => error.code === "WrongType")) errors.push({ code: "WrongType" });
    const attributes = {
      id,
      dir: "auto",
      value: values[row ? part : name] ?? "",
      autocomplete: "off",
      "data-focus": id,
      "aria-invalid": errors.length > 0 ? "true" : null,
      "aria-describedby": errors.length > 0 ? `${id}-error` : null,
      oninput: (event) => {
        values[row ? part : name] = event.target.value;
        if (event.target.validity.badInput) form.unfit.set(id, { input: event.target, isHeld: true });
        else form.unfit.delete(id);
        form.chosen.clear();
      },
    };
    const text = lines ? h("textarea", { rows: "3", ...attributes }) : h("input", { type: "text", inputmode: part === "address" && row ? "email" : part === "number" ? "tel" : part === "url" ? "url" : null, ...attributes });
    const input = unfit ?? this.#propertyInput(property, attributes) ?? text;
    if (unfit) for (const name of ["aria-invalid", "aria-describedby"]) unfit.setAttribute(name, attributes[name]);
    return h(
      "div",
      { class: "input" },
      h("label", { for: id, dir: "auto" }, label),
      input,
      errors.length > 0 && h("p", { class: "error", id: `${id}-error`, role: "alert" }, errors.map((error) => this.#errorText(error)).join(" ")),
    );
  }

  /** The input of a property by its type; null for text, and for a value that such an input would not show. */
  #propertyInput(property, attributes) {
    const { value, ...others } = attributes;
    const plain = value.trim();
    if (property && INPUTS[property.type]) {
      const input = h("input", { ...INPUTS[property.type], ...others, value: plain });
      return input.value === plain ? input : null;
    }
    const isBoolean = property?.type === "boolean";
    if (!isBoolean && property?.type !== "option") return null;
    const all = isBoolean ? ["true", "false"].map((code) => ({ code, label: this.t(`boolean.${code}`) })) : property.options;
    const offered = all.filter(({ code, isArchived }) => !isArchived || code === plain);
    if (plain && !offered.some(({ code }) => code === plain)) offered.push({ code: plain, label: plain });
    const option = ({ code, label }) => h("option", { value: code, selected: code === plain, dir: "auto" }, label);
    return h("select", { ...others }, option({ code: "", label: this.t("blank") }), offered.map(option));
  }

  /**
   * Finds the inputs of a form that hold what is no value of their type, such as "1e" or half a date. The browser gives
   * that as blank, and only the input itself has what was typed, so the form keeps the input and shows it again.
   */
  #readUnfit(form) {
    if (!form.element?.isConnected) return;
    for (const input of form.element.querySelectorAll("input")) {
      if (input.validity.badInput) form.unfit.set(input.id, { input, isHeld: true });
      // What a browser loses when an input is shown again was not cleared by anybody: that stays until it is typed anew.
      else if (form.unfit.get(input.id)?.isHeld) form.unfit.delete(input.id);
    }
  }

  /** Whether something typed is no value of its type. The first such input says so. */
  #isUnfit(form) {
    this.#readUnfit(form);
    const [input] = [...form.unfit.values()].map((one) => one.input);
    if (!input) return false;
    const id = `${input.id}-error`;
    if (!this.root.getElementById(id)) {
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", id);
      input.after(h("p", { class: "error", id, role: "alert" }, this.t("error.WrongType")));
    }
    input.focus();
    return true;
  }

  #rowElement(field, row, index) {
    const form = this.#form;
    const remove = () => {
      form.rows.splice(index, 1);
      form.errors = [];
      form.chosen.clear();
      this.#render();
      this.#focusForm();
    };
    return h(
      "div",
      { class: "row", role: "group", "aria-label": `${this.label(field)} ${index + 1}` },
      this.#partsOf(field).map((part) => this.#input(null, this.t(`part.${part}`) ?? part, { place: field.code, part, row, index })),
      h("button", { type: "button", class: "link", "data-focus": `remove-${index}`, "aria-label": `${this.t("remove")}: ${this.label(field)} ${index + 1}`, onclick: remove }, this.t("remove")),
    );
  }

  #cancel() {
    const form = this.#form;
    if (!form || form.saving) return;
    this.#finish(form);
    this.#announce(this.t("cancelled"));
  }

  /** Closes the form, and moves the focus to the button that opened it. */
  #finish(form) {
    this.#form = null;
    this.#render();
    this.#focus(`edit-${form.code}`);
  }

  async #save(form) {
    if (form.saving || this.#isUnfit(form)) return;
    const changes = this.#changesOf(form);
    if (changes.length === 0) {
      const isChosen = form.chosen.size > 0;
      this.#finish(form);
      if (isChosen) await this.refresh();
      return;
    }
    form.saving = true;
    form.failure = null;
    form.errors = [];
    this.#renderForm(form);
    let view = null;
    try {
      view = await send(this.api, "PATCH", `${pathOf(form.customer)}`, { changes: changes.map((one) => one.change) });
    } catch (error) {
      this.#refused(form, changes, error);
    }
    form.saving = false;
    if (view) {
      if (this.#drafts.get(form.customer) === form) this.#drafts.delete(form.customer);
      if (this.#id === form.customer) this.#keepInSight(form, changes, view);
      this.dispatchEvent(new CustomEvent("customer-profile-saved", { bubbles: true, composed: true, detail: { customerId: view.id, version: view.version } }));
      if (this.#id !== form.customer) return;
      this.#take(view);
      if (this.#form === form) this.#finish(form);
      else if (!this.#form) this.#render();
      this.#announce(this.t("saved"));
      this.#recheck.next = 0;
      this.#planRecheck();
      return;
    }
    if (this.#form === form) {
      this.#render();
      if (form.conflicts) this.#showConflicts(form);
      else this.#focusForm();
    } else if (this.#id === form.customer && !this.#form) this.#render();
  }

  /** Notes what was saved, so that it is shown also when it is not among the first of a list. */
  #keepInSight(form, changes, view) {
    for (const { change } of changes) this.#edited.add(change.field);
    for (const { code, entries } of form.fields.filter((field) => field.isList)) {
      const versions = new Set(entries.map((entry) => entry.version));
      for (const { key, version } of view.fields.find((field) => field.code === code)?.entries ?? []) {
        if (!versions.has(version)) this.#edited.add(keyOf({ field: code, key }));
      }
    }
  }

  #renderForm(form) {
    if (this.#form === form) this.#render();
  }

  #refused(form, changes, error) {
    if (error.code === "conflict") {
      form.conflicts = error.problem.conflicts.map((conflict) => ({ ...conflict, ...changes[conflict.change] }));
    } else if (error.code === "rejected") {
      form.errors = error.problem.errors.map((one) => ({ ...one, place: changes[one.change]?.place }));
    } else form.failure = error;
  }

  #showConflicts(form) {
    const conflicts = form.conflicts;
    form.conflicts = null;
    const textOf = (field, value) => value && (field?.property ? this.#shown(field, value.text) : Object.values(value).filter(Boolean).join(", "));
    const blocks = conflicts.map((conflict, index) => {
      const field = form.fields.find((one) => one.code === conflict.field);
      const entry = field?.entries.find((one) => one.key === (conflict.change.key ?? one.key));
      return this.#choice(`choice-${index}`, field ? this.label(field) : conflict.label, {
        before: [this.t("conflict-before"), field?.isList && !conflict.change.key ? "" : this.#stateShown(field, entry)],
        who: conflict.theirs?.source ?? conflict.clearedBy,
        theirs: this.#stateShown(field, conflict.theirs),
        mine: [this.t("conflict-mine"), textOf(field, conflict.change.value)],
      });
    });
    const decide = () => {
      conflicts.forEach((conflict, index) => {
        const choice = this.#dialog.querySelector(`input[name=choice-${index}]:checked`).value;
        const change = conflict.change;
        form.chosen.set(`${change.op} ${change.field} ${change.key ?? JSON.stringify(change.value ?? null)}`, choice === "mine" ? { version: conflict.version } : { skip: true });
      });
      this.#closeDialog();
      this.#save(form);
    };
    this.#openDialog(
      this.t("conflict-title"),
      h("h2", {}, this.t("conflict-title")),
      h("p", {}, this.t("conflict-text")),
      blocks,
      h(
        "div",
        { class: "buttons" },
        h("button", { type: "button", class: "primary", onclick: decide }, this.t("conflict-save")),
        h("button", { type: "button", class: "quiet-button", onclick: () => { this.#closeDialog(); this.#focusForm(); } }, this.t("conflict-back")),
      ),
    );
  }
}

class CustomerSearch extends CustomerElement {
  static observedAttributes = ["lang", "api"];

  #input = h("input", { type: "text", role: "combobox", id: "box", part: "input", autocomplete: "off", spellcheck: "false", dir: "auto", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "list" });
  #label = h("label", { for: "box", part: "label" });
  #list = h("ul", { role: "listbox", id: "list", part: "list", class: "results", hidden: true });
  #status = h("div", { role: "status", class: "search-status" });
  #found = [];
  #next = null;
  #active = -1;
  #shown = "";
  #timer = 0;
  #waitsSince = 0;
  #request = null;

  connectedCallback() {
    const isFirst = !this.root;
    this.prepare(h("div", { class: "search", part: "search" }, this.#label, this.#input, this.#list, this.#status));
    if (isFirst) {
      this.#input.addEventListener("input", () => this.#typed());
      this.#input.addEventListener("keydown", (event) => this.#key(event));
      this.#input.addEventListener("blur", () => this.#close());
      // The box keeps the focus, also when the list is scrolled by its bar.
      this.#list.addEventListener("mousedown", (event) => event.preventDefault());
    }
    this.#name();
  }

  disconnectedCallback() {
    this.#cancel();
  }

  attributeChangedCallback() {
    if (this.root) this.#name();
  }

  async #name() {
    try {
      await this.loadTexts();
    } catch {
      return;
    }
    this.#label.textContent = this.t("search-label");
    this.#input.placeholder = this.t("search-placeholder");
    this.#list.setAttribute("aria-label", this.t("search-results"));
  }

  #typed() {
    const text = this.#input.value.trim();
    if (!text) {
      this.#found = [];
      this.#status.textContent = "";
      this.#close();
      return;
    }
    // After a short pause; and now and then while somebody types without one.
    const now = performance.now();
    clearTimeout(this.#timer);
    this.#waitsSince ||= now;
    this.#timer = setTimeout(() => this.#search(text), Math.max(0, Math.min(100, this.#waitsSince + 300 - now)));
  }

  /** What was typed before is not searched for any more. */
  #cancel() {
    clearTimeout(this.#timer);
    this.#waitsSince = 0;
    this.#request?.abort();
  }

  async #search(text, after) {
    // An older request must not show its result over a newer one.
    this.#cancel();
    const request = (this.#request = new AbortController());
    if (!this.#label.textContent) await this.#name();
    if (request.signal.aborted) return;
    try {
      const page = await send(this.api, "POST", "customers/search", { text, after, pageSize: 8 }, request.signal);
      if (request.signal.aborted) return;
      const kept = after ? this.#found : [];
      this.#found = [...kept, ...page.customers];
      this.#next = page.next ?? null;
      this.#active = after && page.customers.length > 0 ? kept.length : -1;
      this.#show(text);
      this.#status.textContent = this.#found.length === 0 && !this.#next ? this.t("search-none") : this.t(this.#next ? "search-count-more" : "search-count", { count: String(this.#found.length) });
    } catch (error) {
      if (request.signal.aborted) return;
      this.#found = [];
      this.#close();
      this.#status.textContent = `${this.textOf(error)} ${this.t("typed-stays") ?? ""}`;
    }
  }

  #show(text) {
    this.#shown = text;
    const options = this.#found.map((customer, index) =>
      h(
        "li",
        { role: "option", id: `option-${index}`, part: "option", "aria-selected": "false", onclick: () => this.#choose(index) },
        h("span", { class: "avatar small", "aria-hidden": "true" }, customer.initials),
        h("span", { class: "found" }, h("span", { class: "found-name", dir: "auto" }, customer.displayName), h("span", { class: "quiet", dir: "auto" }, [customer.jobTitle, customer.company, customer.email === customer.displayName ? null : customer.email].filter(Boolean).join(" · "))),
      ),
    );
    if (this.#next) {
      options.push(h("li", { role: "option", id: `option-${this.#found.length}`, class: "more", "aria-selected": "false", onclick: () => this.#search(text, this.#next) }, this.t("search-more")));
    }
    this.#list.replaceChildren(...options);
    this.#list.hidden = options.length === 0;
    this.#input.setAttribute("aria-expanded", String(options.length > 0));
    this.#mark();
  }

  #mark() {
    [...this.#list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === this.#active)));
    const active = this.#list.children[this.#active];
    if (active) {
      this.#input.setAttribute("aria-activedescendant", active.id);
      active.scrollIntoView({ block: "nearest" });
    } else this.#input.removeAttribute("aria-activedescendant");
  }

  #close() {
    this.#cancel();
    this.#list.hidden = true;
    this.#active = -1;
    this.#input.setAttribute("aria-expanded", "false");
    this.#mark();
  }

  #key(event) {
    if (event.isComposing) return;
    const count = this.#list.children.length;
    const isOpen = !this.#list.hidden;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp": {
        const text = this.#input.value.trim();
        if (!isOpen && text && text !== this.#shown) {
          event.preventDefault();
          this.#search(text);
          return;
        }
        if (count === 0 || !text) return;
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        if (!isOpen) {
          this.#list.hidden = false;
          this.#input.setAttribute("aria-expanded", "true");
        }
        this.#active = this.#active < 0 ? (step > 0 ? 0 : count - 1) : (this.#active + step + count) % count;
        this.#mark();
        break;
      }
      case "Enter":
        if (isOpen && this.#active >= 0) {
          event.preventDefault();
          this.#choose(this.#active);
        }
        break;
      case "Escape":
        if (isOpen) {
          event.preventDefault();
          this.#close();
        } else if (this.#input.value) {
          this.#input.value = "";
          this.#typed();
        }
        break;
    }
  }

  #choose(index) {
    if (index === this.#found.length) {
      this.#search(this.#shown, this.#next);
      return;
    }
    const customer = this.#found[index];
    this.#input.value = customer.displayName;
    this.#close();
    this.dispatchEvent(new CustomEvent("customer-selected", { bubbles: true, composed: true, detail: { customerId: customer.id, displayName: customer.displayName } }));
  }
}

/** Shows what merging two customers would make of them, lets the agent choose, merges them, and undoes it. */
class CustomerMerge extends CustomerElement {
  static observedAttributes = ["from-id", "into-id", "lang", "api"];

  #status = h("div", { role: "status", class: "hidden" });
  #body = h("section", { part: "merge", class: "sidebar merge" });
  #ids = null;
  #choices = new Map();
  #preview = null;
  #merged = null;
  #failure = null;
  #notice = null;
  #busy = false;
  #request = null;
  #opening = null;

  connectedCallback() {
    this.prepare(h("div", { class: "frame" }, this.#status, this.#body));
    this.#open();
  }

  disconnectedCallback() {
    this.#request?.abort();
  }

  attributeChangedCallback(name, before, after) {
    if (!this.isConnected || before === after || !this.root || this.#opening) return;
    // Both ids may be set one after the other.
    this.#opening = Promise.resolve().then(() => this.#open());
  }

  /** Looks again at what merging would do. What was chosen stays. */
  refresh() {
    return this.#load();
  }

  async #open() {
    this.#opening = null;
    const [from, into] = ["from-id", "into-id"].map((name) => this.getAttribute(name));
    this.#request?.abort();
    this.#ids = from && into ? { from, into } : null;
    this.#choices = new Map();
    this.all.clear();
    this.#preview = this.#merged = this.#failure = this.#notice = null;
    this.#status.textContent = "";
    await this.#load();
  }

  async #load(message) {
    this.#request?.abort();
    const request = (this.#request = new AbortController());
    try {
      await this.loadTexts();
      if (request.signal.aborted) return;
      if (!this.#preview) this.#render();
      if (!this.#ids) return;
      const preview = await this.#ask(request.signal);
      if (request.signal.aborted) return;
      this.#preview = preview;
      this.#failure = null;
      if (message) this.#announce(message);
    } catch (error) {
      if (request.signal.aborted) return;
      this.#failure = error;
    }
    this.#render();
  }

  /** A choice that can no longer be made, because its value is gone, is given up. */
  async #ask(signal) {
    while (true) {
      const choices = [...this.#choices.values()];
      try {
        return await send(this.api, "POST", "merges/preview", { ...this.#ids, choices }, signal);
      } catch (error) {
        const choice = error.code === "invalid-choice" && choices[error.problem.errors[0].change];
        if (!choice) throw error;
        this.#choices.delete(keyOf(choice));
      }
    }
  }

  #announce(message) {
    this.#status.textContent = "";
    this.#status.textContent = message;
  }

  #render() {
    const focused = this.root.activeElement?.dataset.focus;
    this.#body.replaceChildren(...this.#content().flat(Infinity).filter(Boolean));
    this.#body.setAttribute("aria-busy", String(Boolean(this.#ids) && !this.#preview && !this.#failure));
    if (focused) this.#focus(focused);
  }

  #focus(key) {
    this.#body.querySelector(`[data-focus="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  }

  #content() {
    const title = h("h2", {}, this.t("merge"));
    if (!this.#ids) return [title, h("p", { class: "quiet" }, this.t("merge-none"))];
    const again = () => this.refresh();
    if (!this.#preview) {
      if (!this.#failure) return [title, h("p", { class: "quiet" }, this.t("merge-loading"))];
      // What will not go away by itself is not tried again.
      return [title, this.failed(this.#failure, [409, 422].includes(this.#failure.status) ? null : again)];
    }
    if (this.#merged) return this.#result(title);
    const { entries, isSuppressed } = this.#preview;
    const open = entries.filter((entry) => entry.options.length > 1 && !isSameState(entry));
    const rest = entries.filter((entry) => !open.includes(entry));
    return [
      title,
      this.#failure && this.failed(this.#failure, again),
      this.#notice && h("p", { class: "notice", role: "alert" }, this.#notice),
      this.#sides(),
      open.length > 0 && h("div", { class: "entries-of" }, h("h3", {}, this.t("merge-choose")), this.many("choose", open, (entry, index) => this.#choose(entry, index), { label: this.t("merge-choose") })),
      rest.length > 0 && h("div", { class: "entries-of" }, h("h3", {}, this.t("merge-rest")), this.many("kept", [...Map.groupBy(rest, (entry) => entry.field).values()], (one) => this.#kept(one), { label: this.t("merge-rest") })),
      isSuppressed && h("p", { class: "quiet" }, this.t("merge-suppressed")),
      h("p", { class: "quiet" }, this.t("merge-hint")),
      h(
        "div",
        { class: "buttons" },
        h("button", { type: "button", class: "primary", "data-focus": "merge", "aria-disabled": String(this.#busy), onclick: () => this.#merge() }, this.t(this.#busy ? "merging" : "merge-do")),
      ),
    ];
  }

  /** What to call a customer. Two who are the same person often have the same name. */
  #nameOf(customer) {
    const { from, into } = this.#preview;
    const more = from.displayName === into.displayName && (customer.email ?? this.time(customer.createdAt));
    return more ? `${customer.displayName} (${more})` : customer.displayName;
  }

  #sides() {
    const side = (customer, role) =>
      h(
        "div",
        { class: "side-card", part: "side" },
        h("p", { class: "label" }, this.t(role)),
        h("div", { class: "head" }, h("span", { class: "avatar small", "aria-hidden": "true" }, customer.initials), h("p", { class: "side-name", dir: "auto" }, customer.displayName)),
        customer.email && customer.email !== customer.displayName && h("p", { class: "quiet", dir: "auto" }, customer.email),
        h("p", { class: "quiet" }, this.t("merge-created", { at: this.time(customer.createdAt) })),
      );
    return h(
      "div",
      { class: "columns", part: "sides" },
      side(this.#preview.into, "merge-stays"),
      side(this.#preview.from, "merge-goes"),
      h("button", { type: "button", class: "quiet-button swap", "data-focus": "swap", onclick: () => this.#swap() }, this.t("merge-swap")),
    );
  }

  /** An entry that both hold: the agent says which one stays. */
  #choose(entry, index) {
    const option = (keep, name, state) => {
      const focus = `${keyOf(entry)} ${keep}`;
      const input = h("input", { type: "radio", name: `entry-${index}`, value: keep, "data-focus": focus, onchange: () => this.#chosen(entry, keep) });
      input.checked = entry.kept === keep;
      return h(
        "label",
        { class: keep === "both" ? "choice both" : "choice" },
        input,
        h("span", { dir: "auto" }, name),
        state && this.#value(entry, state),
        state?.source && h("span", { class: "from", dir: "auto" }, this.sourceText(state.source)),
      );
    };
    return h(
      "fieldset",
      { class: "columns", "data-code": entry.field },
      h("legend", { dir: "auto" }, this.labelAt(entry)),
      entry.options.includes("into") && option("into", this.#nameOf(this.#preview.into), entry.into),
      entry.options.includes("from") && option("from", this.#nameOf(this.#preview.from), entry.from),
      entry.options.includes("both") && option("both", this.t("merge-both")),
    );
  }

  /** The entries of a field about which nothing is to be chosen. */
  #kept(entries) {
    return h(
      "div",
      { class: "kept", "data-code": entries[0].field },
      h("p", { class: "label", dir: "auto" }, this.labelAt(entries[0])),
      this.many(`kept ${entries[0].field}`, entries, (entry) => [
        h("p", {}, this.#value(entry, entry.result ?? entry.into ?? entry.from)),
        h("p", { class: "from", dir: "auto" }, this.#originOf(entry)),
      ], { label: this.labelAt(entries[0]) }),
    );
  }

  #originOf({ from, into, result }) {
    if (!result) return this.t("merge-dropped");
    if (from && into) return this.t(isSameState({ from, into }) ? "merge-same" : "merge-kept");
    return this.t("merge-of", { name: this.#nameOf(into ? this.#preview.into : this.#preview.from) });
  }

  /** A value; its parts where both sides have the same text, as when only the given name differs. */
  #value({ key, from, into }, state) {
    const isAlike = from && into && from !== into && from.text === into.text && !isSameState({ from, into });
    const text = state.isCleared ? this.t(key ? "removed-entry" : "blank-on-purpose") : isAlike ? Object.values(state.value).filter(Boolean).join(", ") : state.text;
    return h("span", { class: state.isCleared ? "value quiet" : "value", dir: "auto" }, text);
  }

  #chosen(entry, keep) {
    if (this.#busy) return this.#render();
    const { field, key } = entry;
    this.#choices.set(keyOf(entry), { field, key, keep });
    this.#notice = null;
    return this.#load(this.t("merge-updated"));
  }

  /** The other one stays. What was chosen is the same value as before. */
  #swap() {
    if (this.#busy) return;
    const other = { from: "into", into: "from", both: "both" };
    for (const choice of this.#choices.values()) choice.keep = other[choice.keep];
    this.#ids = { from: this.#ids.into, into: this.#ids.from };
    this.#notice = null;
    this.#load(this.t("merge-swapped", { into: this.#nameOf(this.#preview.from) }));
  }

  async #merge() {
    if (this.#busy) return;
    const ids = this.#ids;
    const { from, into, versions } = this.#preview;
    this.#request?.abort();
    this.#busy = true;
    this.#failure = this.#notice = null;
    this.#render();
    try {
      const body = { from: from.id, into: into.id, versions, choices: [...this.#choices.values()], caseReference: this.getAttribute("case-reference") || undefined };
      const merged = await send(this.api, "POST", "merges", body);
      const detail = { mergeId: merged.merge, fromId: merged.from, intoId: merged.into.id };
      if (this.#ids === ids) {
        this.#merged = { ...detail, from: this.#nameOf(from), into: this.#nameOf(into) };
        this.#announce(this.t("merged", this.#merged));
      }
      this.tell("customer-merged", detail);
    } catch (error) {
      if (this.#ids !== ids) return;
      if (error.code === "changed") {
        this.#preview = error.problem.preview;
        this.#notice = this.t("merge-changed");
      } else this.#failure = error;
    } finally {
      this.#busy = false;
      if (this.#ids === ids) this.#render();
    }
    if (this.#merged) this.#focus("unmerge");
  }

  #result(title) {
    return [
      title,
      this.#failure && this.failed(this.#failure, null),
      h("p", { dir: "auto" }, this.t("merged", this.#merged)),
      h("div", { class: "buttons" }, h("button", { type: "button", class: "quiet-button", "data-focus": "unmerge", "aria-disabled": String(this.#busy), onclick: () => this.#unmerge() }, this.t("merge-undo"))),
    ];
  }

  async #unmerge() {
    if (this.#busy) return;
    const ids = this.#ids;
    const { mergeId } = this.#merged;
    this.#busy = true;
    this.#failure = null;
    try {
      const undone = await send(this.api, "POST", `merges/${mergeId}/undo`, {});
      this.tell("customer-unmerged", { mergeId, fromId: undone.from.id, intoId: undone.into.id });
      if (this.#ids !== ids) return;
      this.#merged = null;
      this.#notice = [this.t("merge-undone"), ...this.undoneTexts(undone).map((lines) => lines.join(" "))].join(" ");
    } catch (error) {
      if (this.#ids === ids) this.#failure = error;
    } finally {
      this.#busy = false;
    }
    if (this.#ids !== ids) return;
    if (this.#failure) this.#render();
    else {
      await this.#load();
      this.#focus("merge");
    }
  }
}

if (!customElements.get("customer-profile")) customElements.define("customer-profile", CustomerProfile);
if (!customElements.get("customer-search")) customElements.define("customer-search", CustomerSearch);
if (!customElements.get("customer-merge")) customElements.define("customer-merge", CustomerMerge);

export { CustomerProfile, CustomerSearch, CustomerMerge };
