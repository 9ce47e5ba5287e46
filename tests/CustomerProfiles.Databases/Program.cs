using CustomerProfiles.Databases;

// A server for trying things out, and for the test of what becomes of it when its process is killed: it lives until the input ends, as it does when Ctrl+D is pressed.
await using var server = await PostgreSqlServer.StartNewAsync();
Console.WriteLine(server.Folder);
Console.WriteLine(server.ConnectionString);
await Console.In.ReadToEndAsync();
