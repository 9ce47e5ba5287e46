const list = document.querySelector("#conversations");
const previous = document.querySelector("#previous");
const profile = document.querySelector("customer-profile");
const merge = document.querySelector("#merge");
let conversations = [];
let open = null;

const element = (tag, text, name) => {
  const made = document.createElement(tag);
  made.textContent = text;
  made.dir = "auto";
  if (name) made.className = name;
  return made;
};

/** What a customer or a subject is called, and more about it; each in its own direction. */
const line = (tag, name, more) => {
  const made = element(tag, "");
  made.append(element("bdi", name), `, ${more}`);
  return made;
};

const time = (text) => new Intl.DateTimeFormat("en", { dateStyle: "medium" }).format(new Date(text));

/** Shows a customer beside the conversations. */
const show = (customerId, conversation) => {
  open = conversation ?? null;
  profile.setAttribute("customer-id", customerId);
  const theirs = conversations.filter((one) => one.customerId === customerId);
  previous.replaceChildren(...theirs.map((one) => line("li", one.subject, time(one.lastMessageAt))));
  merge.href = `merge.html?into=${encodeURIComponent(customerId)}`;
  merge.hidden = false;
  for (const button of list.querySelectorAll("button")) {
    button.setAttribute("aria-current", String(button.dataset.id === conversation));
  }
  // In a narrow window the customer is below the list.
  if (matchMedia("(max-width: 44rem)").matches) profile.parentElement.scrollIntoView();
};

const load = async () => {
  const response = await fetch("conversations", { cache: "no-store" });
  if (!response.ok) return;
  const reply = await response.json();
  conversations = reply.conversations;
  document.querySelector("#user").textContent = `Signed in as ${reply.user}. Change to`;
  list.replaceChildren(
    ...conversations.map((one) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.id = one.id;
      button.setAttribute("aria-current", String(one.id === open));
      const about = line("span", one.customerName, `${time(one.lastMessageAt)}, messages: ${one.messages}`);
      button.append(element("span", one.subject, "subject"), about);
      button.addEventListener("click", () => show(one.customerId, one.id));
      const item = document.createElement("li");
      item.append(button);
      return item;
    }),
  );
};

document.addEventListener("customer-selected", (event) => show(event.detail.customerId));
for (const name of ["customer-profile-saved", "customer-unmerged"]) document.addEventListener(name, load);
await load();
const wanted = new URLSearchParams(location.search).get("customer");
if (wanted) show(wanted);
