const merge = document.querySelector("customer-merge");
const into = new URLSearchParams(location.search).get("into");

document.querySelector("#back").href = `./?customer=${encodeURIComponent(into)}`;
merge.setAttribute("into-id", into);
document.addEventListener("customer-selected", (event) => merge.setAttribute("from-id", event.detail.customerId));
