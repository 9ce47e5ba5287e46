const profile = document.querySelector("customer-profile");
const merge = document.querySelector("customer-merge");

// The customer who was found is shown in the sidebar, and stays when another one is merged.
document.querySelector("#search").addEventListener("customer-selected", (event) => {
  profile.setAttribute("customer-id", event.detail.customerId);
  merge.setAttribute("into-id", event.detail.customerId);
});
document.querySelector("#other").addEventListener("customer-selected", (event) => {
  merge.setAttribute("from-id", event.detail.customerId);
});
for (const name of ["customer-merged", "customer-unmerged"]) {
  document.addEventListener(name, () => profile.refresh());
}
