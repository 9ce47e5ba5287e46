using BenchmarkDotNet.Running;
using CustomerProfiles.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(ReadFullContactBody).Assembly).Run(args);
