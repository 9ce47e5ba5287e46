const merge = document.querySelector("customer-merge");
const into = new URLSearchParams(location.search).get("into");

if (into) {
  document.querySelector("#back").href = `./?customer=${encodeURIComponent(into)}`;
  merge.setAttribute("into-id", into);
  document.addEventListener("customer-selected", (event) => merge.setAttribute("from-id", event.detail.customerId));
} else {
  document.querySelector("#hint").textContent = "Open a conversation, and merge another customer from there.";
  document.querySelector("customer-search").remove();
  merge.remove();
}
