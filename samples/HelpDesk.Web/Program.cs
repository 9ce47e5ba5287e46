// A help desk in the browser: sign in as an agent or the supervisor, open a conversation, edit the profile beside it,
// and merge two customers who are the same person. The mailbox is that of the console app, lookups go to the
// FullContact simulator inside this program, and profiles are kept in the SQLite file profiles.db of this folder,
// unless ConnectionStrings:Profiles names another one.
using FullContact.Simulator;
using HelpDesk.Web;

await using var fullContact = await FullContactSimulator.StartAsync();
await using var app = HelpDeskHost.Create(args, fullContact);
await app.RunAsync();
