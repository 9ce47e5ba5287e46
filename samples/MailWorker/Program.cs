using MailWorker;
using Microsoft.Extensions.Hosting;

await MailWorkerHost.Create(args).RunAsync();
