using BenchmarkDotNet.Running;
using CustomerProfiles.Benchmarks;
using CustomerProfiles.Benchmarks.Page;

if (args is ["page", ..])
{
    BenchmarkPage.Write(isQuick: args.Contains("--quick"));
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(ReadFullContactBody).Assembly).Run(args);
}
