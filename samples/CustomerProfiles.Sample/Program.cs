using System.Text;
using CustomerProfiles.Sample;

// Names may be in any script.
Console.OutputEncoding = Encoding.UTF8;
return await new SampleCommandLine().RunAsync(args);
