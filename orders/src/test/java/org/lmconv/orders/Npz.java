package org.lmconv.orders;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Golden arrays out of a {@code numpy.savez} archive, held in memory. Reads what the golden files
 * use and refuses the rest: {@code .npy} 1.0, little endian, C order, float32 or int32.
 */
public final class Npz {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int HEADER = MAGIC.length + Short.BYTES;
  private static final Pattern DESCR = Pattern.compile("'descr': '(<f4|<i4)'");
  private static final Pattern C_ORDER = Pattern.compile("'fortran_order': False");
  private static final Pattern SHAPE = Pattern.compile("'shape': \\(([\\d, ]*)\\)");

  private record Entry(String type, long[] shape, ByteBuffer data) {}

  private final String archive;
  private final Map<String, Entry> entries = new TreeMap<>();

  private Npz(String archive) {
    this.archive = archive;
  }

  /**
   * Reads {@code /goldens/NAME} from the class path.
   *
   * @throws IllegalArgumentException if there is no such resource or an array has another format
   */
  public static Npz resource(String name) {
    try (InputStream in = Npz.class.getResourceAsStream("/goldens/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no golden archive /goldens/" + name + " on class path");
      }
      // A file, because ZipFile reads numpy's zip64 headers whatever the entries' flags say.
      Path copy = Files.createTempFile("goldens", ".npz");
      try {
        Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
        return read(name, copy);
      } finally {
        Files.delete(copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Npz read(String name, Path file) throws IOException {
    Npz npz = new Npz(name);
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        String array = entry.getName().replaceFirst("\\.npy$", "");
        npz.entries.put(array, parse(array, zip.getInputStream(entry).readAllBytes()));
      }
    }
    return npz;
  }

  private static Entry parse(String name, byte[] npy) {
    if (npy.length < HEADER || !Arrays.equals(MAGIC, 0, MAGIC.length, npy, 0, MAGIC.length)) {
      throw new IllegalArgumentException("array " + name + " is not in .npy format 1.0");
    }
    ByteBuffer bytes = ByteBuffer.wrap(npy).order(ByteOrder.LITTLE_ENDIAN);
    int length = Short.toUnsignedInt(bytes.getShort(MAGIC.length));
    String header = new String(npy, HEADER, length, StandardCharsets.US_ASCII);
    Matcher descr = DESCR.matcher(header);
    Matcher shape = SHAPE.matcher(header);
    if (!descr.find() || !shape.find() || !C_ORDER.matcher(header).find()) {
      throw new IllegalArgumentException("array " + name + " has an unreadable header: " + header);
    }
    long[] sides =
        Pattern.compile("\\d+")
            .matcher(shape.group(1))
            .results()
            .mapToLong(side -> Long.parseLong(side.group()))
            .toArray();
    ByteBuffer data = bytes.position(HEADER + length).slice().order(ByteOrder.LITTLE_ENDIAN);
    return new Entry(descr.group(1), sides, data);
  }

  /** The float32 array of that name, flattened in C order. */
  public float[] floats(String entry) {
    ByteBuffer data = data(entry, "<f4");
    float[] values = new float[data.remaining() / Float.BYTES];
    data.asFloatBuffer().get(values);
    return values;
  }

  /** The int32 array of that name, flattened in C order. */
  public int[] ints(String entry) {
    ByteBuffer data = data(entry, "<i4");
    int[] values = new int[data.remaining() / Integer.BYTES];
    data.asIntBuffer().get(values);
    return values;
  }

  /** The sides of the array of that name, outermost first. */
  public long[] shape(String entry) {
    return entry(entry).shape().clone();
  }

  /** The names of all arrays, sorted. */
  public Set<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  public boolean has(String entry) {
    return entries.containsKey(entry);
  }

  private ByteBuffer data(String name, String type) {
    Entry entry = entry(name);
    if (!entry.type().equals(type)) {
      throw new IllegalArgumentException(
          "array " + name + " of " + archive + " is " + entry.type() + ", not " + type);
    }
    return entry.data();
  }

  private Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("no array " + name + " in " + archive);
    }
    return entry;
  }
}
