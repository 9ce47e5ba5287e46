using System.Text;
using CustomerProfiles.Sample;

// Names in any script are part of the job.
Console.OutputEncoding = Encoding.UTF8;
return await new SampleCommandLine().RunAsync(args);
