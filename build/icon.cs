// Draws build/icon.png, the icon of every package: dotnet run build/icon.cs
using System.Buffers.Binary;
using System.IO.Compression;

const int Size = 128;
const int Samples = 8;

var card = (R: 0x1F, G: 0x4E, B: 0x5F);
var person = (R: 0xF6, G: 0xF1, B: 0xE7);
var mark = (R: 0xE8, G: 0x8D, B: 0x2A);

var rows = new byte[Size * (1 + (Size * 4))];
for (var y = 0; y < Size; y++)
{
    for (var x = 0; x < Size; x++)
    {
        int red = 0,
            green = 0,
            blue = 0,
            covered = 0;
        for (var sample = 0; sample < Samples * Samples; sample++)
        {
            if (
                ColourAt(x + (((sample % Samples) + 0.5) / Samples), y + (((sample / Samples) + 0.5) / Samples)) is
                { } colour
            )
            {
                (red, green, blue, covered) = (red + colour.R, green + colour.G, blue + colour.B, covered + 1);
            }
        }

        if (covered > 0)
        {
            byte[] pixel =
            [
                (byte)(red / covered),
                (byte)(green / covered),
                (byte)(blue / covered),
                (byte)(255 * covered / (Samples * Samples)),
            ];
            pixel.CopyTo(rows, (y * (1 + (Size * 4))) + 1 + (x * 4));
        }
    }
}

using var png = File.Create(args.Length > 0 ? args[0] : "build/icon.png");
png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n']);
var header = new byte[13];
BinaryPrimitives.WriteInt32BigEndian(header, Size);
BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Size);
(header[8], header[9]) = (8, 6); // Eight bits for each of red, green, blue and alpha.
WriteChunk("IHDR"u8, header);
using var compressed = new MemoryStream();
using (var zlib = new ZLibStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
{
    zlib.Write(rows);
}

WriteChunk("IDAT"u8, compressed.ToArray());
WriteChunk("IEND"u8, []);

// A card with a person on it, and the mark that something was filled in.
(int R, int G, int B)? ColourAt(double x, double y)
{
    if (!IsInRounded(x, y, 4, 4, 124, 124, 24))
    {
        return null;
    }

    if (IsInCircle(x, y, 94, 34, 12))
    {
        return mark;
    }

    var head = IsInCircle(x, y, 64, 48, 20);
    var shoulders = IsInCircle(x, y, 64, 112, 38) && y < 104;
    return head || shoulders ? person : card;
}

static bool IsInCircle(double x, double y, double centreX, double centreY, double radius) =>
    ((x - centreX) * (x - centreX)) + ((y - centreY) * (y - centreY)) <= radius * radius;

static bool IsInRounded(double x, double y, double left, double top, double right, double bottom, double radius) =>
    x >= left
    && x <= right
    && y >= top
    && y <= bottom
    && IsInCircle(
        x,
        y,
        Math.Clamp(x, left + radius, right - radius),
        Math.Clamp(y, top + radius, bottom - radius),
        radius
    );

void WriteChunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
{
    Span<byte> number = stackalloc byte[4];
    BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
    png.Write(number);
    byte[] chunk = [.. type, .. data];
    png.Write(chunk);
    BinaryPrimitives.WriteUInt32BigEndian(number, Crc32(chunk));
    png.Write(number);
}

static uint Crc32(ReadOnlySpan<byte> bytes)
{
    var crc = uint.MaxValue;
    foreach (var value in bytes)
    {
        crc ^= value;
        for (var bit = 0; bit < 8; bit++)
        {
            crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }
    }

    return ~crc;
}
