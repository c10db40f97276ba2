package org.rnn4j.formats.npy;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ref.SoftReference;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.NameSuggestions;
import org.rnn4j.formats.io.AtomicFile;
import org.rnn4j.formats.io.Region;
import org.rnn4j.formats.io.UnpackedTensor;
import org.rnn4j.formats.io.ZipArchive;
import org.rnn4j.model.Tensor;

/**
 * Reads and writes .npz files: zip files whose entries {@code NAME.npy} are arrays. Stored entries
 * are read where they lie, deflated ones inflated when asked for. Other entries are left alone.
 *
 * <p>Immutable and thread-safe.
 */
public final class Npz {
  private static final String ENDING = ".npy";

  /** The earliest time that zip knows: the same arrays give the same file. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final ZipArchive archive;

  /** Entries by the name of their array. */
  private final Map<String, String> entries;

  /** Deflated arrays that were asked for, as long as memory is not needed for anything else. */
  private final Map<String, SoftReference<NpyArray>> inflated = new ConcurrentHashMap<>();

  private Npz(ZipArchive archive, Map<String, String> entries) {
    this.archive = archive;
    this.entries = Collections.unmodifiableMap(entries);
  }

  /**
   * Opens a file and reads its directory.
   *
   * @throws IOException if the file cannot be read
   * @throws ModelFormatException if it is no sound zip file
   */
  public static Npz open(Path path) throws IOException {
    ZipArchive archive = ZipArchive.open(path);
    Map<String, String> entries = new LinkedHashMap<>();
    for (String entry : archive.names()) {
      if (entry.endsWith(ENDING)) {
        entries.put(entry.substring(0, entry.length() - ENDING.length()), entry);
      }
    }
    return new Npz(archive, entries);
  }

  /** The names of the arrays, in the order of the file. */
  public Set<String> names() {
    return entries.keySet();
  }

  /** True if there is an array of this name. */
  public boolean contains(String name) {
    return entries.containsKey(name);
  }

  /**
   * An array.
   *
   * @throws ModelFormatException if there is none of this name (the message lists the nearest) or
   *     it is damaged
   * @throws UnsupportedModelException if it holds anything but plain numbers
   */
  public NpyArray get(String name) {
    String entry = entries.get(name);
    if (entry == null) {
      throw new ModelFormatException(
          archive.name()
              + ": expected an array '"
              + name
              + "', found none; the nearest of its "
              + entries.size()
              + " are "
              + NameSuggestions.nearest(name, entries.keySet()));
    }
    SoftReference<NpyArray> kept = inflated.get(name);
    NpyArray array = kept == null ? null : kept.get();
    if (array == null) {
      array = Npy.read(archive.read(entry), archive.name() + ": array '" + name + "'");
      if (!archive.isStored(entry)) {
        inflated.put(name, new SoftReference<>(array));
      }
    }
    return array;
  }

  /**
   * An array of floats as a tensor. It stays in the file where it is stored there; one that is
   * deflated is kept inflated as long as memory is not needed for anything else.
   *
   * @throws ModelFormatException as {@link #get}
   * @throws UnsupportedModelException if it holds no floating-point numbers
   */
  public Tensor tensor(String name) {
    Tensor now = get(name).tensor();
    return archive.isStored(entries.get(name))
        ? now
        : new UnpackedTensor(now, () -> get(name).tensor());
  }

  /** Writes arrays, stored, in the order of {@code arrays}. The same arrays give the same bytes. */
  public static void write(Path path, Map<String, NpyArray> arrays) throws IOException {
    AtomicFile.write(
        path,
        channel -> {
          OutputStream file = Channels.newOutputStream(channel);
          ZipOutputStream zip = new ZipOutputStream(file);
          for (Map.Entry<String, NpyArray> each : arrays.entrySet()) {
            writeEntry(zip, each.getKey() + ENDING, each.getValue());
          }
          zip.finish();
        });
  }

  private static void writeEntry(ZipOutputStream zip, String name, NpyArray array)
      throws IOException {
    byte[] header = Npy.header(array);
    Region elements = array.elements();
    CRC32 crc = new CRC32();
    crc.update(header);
    elements.update(crc);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(header.length + elements.size());
    entry.setCrc(crc.getValue());
    entry.setTimeLocal(NO_TIME);
    zip.putNextEntry(entry);
    zip.write(header);
    WritableByteChannel out = Channels.newChannel(zip);
    elements.writeTo(out);
    zip.closeEntry();
  }
}
