// The customer who was found is shown in the sidebar.
document.querySelector("customer-search").addEventListener("customer-selected", (event) => {
  document.querySelector("customer-profile").setAttribute("customer-id", event.detail.customerId);
});
