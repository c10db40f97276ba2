package org.rnn4j.formats.hdf5;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;

/**
 * Walks through the blocks of an HDF5 file before jHDF does, which follows addresses without
 * remembering where it has been. Every block must lie inside the file and be reached once, and all
 * of them together may not have more bytes than the file: then jHDF's work is bounded too. Blocks
 * of the forms that no release of Keras writes (indexed links and attributes, types stored apart,
 * chunks in growing indexes) are refused.
 *
 * <p>Used by one thread, once.
 */
final class Hdf5Structure {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  private static final int MAX_BLOCKS = 100_000;

  /** Headers that begin a file and no budget covers. */
  private static final int FREE_BYTES = 4096;

  private static final int SYMBOL_TABLE = 0x11;
  private static final int LINK_INFO = 0x02;
  private static final int LINK = 0x06;
  private static final int DATATYPE = 0x03;
  private static final int OPAQUE = 5;
  private static final int LAYOUT = 0x08;
  private static final int ATTRIBUTE = 0x0c;
  private static final int CONTINUATION = 0x10;
  private static final int ATTRIBUTE_INFO = 0x15;
  private static final int SHARED = 2;
  private static final int SOFT_LINK = 2;

  private final String file;
  private final ByteBuffer bytes;
  private final Set<Long> reached = new HashSet<>();
  private final Deque<Long> headers = new ArrayDeque<>();
  private long budget;
  private int offsetSize = 8;
  private int lengthSize = 8;
  private long base;

  /**
   * @param bytes the whole file
   */
  Hdf5Structure(String file, ByteBuffer bytes) {
    this.file = file;
    this.bytes = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    this.budget = (long) bytes.limit() + FREE_BYTES;
  }

  /**
   * Walks through all blocks.
   *
   * @throws ModelFormatException if the file is no HDF5 file, or its blocks lie outside of it, in
   *     circles or on top of each other
   * @throws UnsupportedModelException if a block has a form that is not read
   */
  void check() {
    try {
      superblock();
      while (!headers.isEmpty()) {
        header(headers.pop());
      }
    } catch (IndexOutOfBoundsException | java.nio.BufferUnderflowException e) {
      throw damaged("blocks that lie inside of the file", "one that ends behind it", e);
    }
  }

  private ModelFormatException damaged(String expected, String found, Throwable cause) {
    return new ModelFormatException(
        file + ": expected " + expected + ", found " + found + " (truncated or damaged HDF5 file)",
        cause);
  }

  private UnsupportedModelException unsupported(String what) {
    return new UnsupportedModelException(
        file,
        "HDF5's " + what + " are not supported; write the file as Keras or h5py do by default");
  }

  private void superblock() {
    int at = 0;
    while (!isSignature(at)) {
      at = at == 0 ? 512 : Math.multiplyExact(at, 2);
      if (at > bytes.limit() - SIGNATURE.length) {
        throw damaged("the signature of HDF5", "none", null);
      }
    }
    int version = bytes.get(at + 8);
    if (version < 0 || version > 3) {
      throw damaged("a superblock of version 0 to 3", "version " + version, null);
    }
    boolean old = version < 2;
    offsetSize = size(bytes.get(at + (old ? 13 : 9)));
    lengthSize = size(bytes.get(at + (old ? 14 : 10)));
    ByteBuffer rest = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    rest.position(at + (version == 0 ? 24 : version == 1 ? 28 : 12));
    base = address(rest);
    if (base < 0 || base > bytes.limit()) {
      throw damaged("a base address inside of the file", Long.toString(base), null);
    }
    if (old) {
      rest.position(rest.position() + 3 * offsetSize);
      number(rest, offsetSize);
      headers.push(address(rest));
    } else {
      long extension = address(rest);
      if (extension >= 0) {
        headers.push(extension);
      }
      address(rest);
      headers.push(address(rest));
    }
  }

  private boolean isSignature(int at) {
    for (int k = 0; k < SIGNATURE.length; k++) {
      if (at + k >= bytes.limit() || bytes.get(at + k) != SIGNATURE[k]) {
        return false;
      }
    }
    return true;
  }

  private int size(int found) {
    if (found != 2 && found != 4 && found != 8) {
      throw damaged("addresses and lengths of 2, 4 or 8 bytes", Integer.toString(found), null);
    }
    return found;
  }

  /** Unsigned; -1 where there is no address. */
  private long address(ByteBuffer from) {
    long value = number(from, offsetSize);
    long none = offsetSize == 8 ? -1 : (1L << (8 * offsetSize)) - 1;
    return value == none ? -1 : value;
  }

  private static long number(ByteBuffer from, int size) {
    return switch (size) {
      case 1 -> from.get() & 0xff;
      case 2 -> from.getShort() & 0xffff;
      case 4 -> from.getInt() & 0xffffffffL;
      default -> from.getLong();
    };
  }

  /** The bytes of a block that nothing has pointed at before. */
  private ByteBuffer block(long address, long size) {
    if (address < 0 || address > bytes.limit() - base || !reached.add(address)) {
      throw damaged(
          "every block to be pointed at once",
          address < 0 || address > bytes.limit() - base
              ? "an address outside of the file"
              : "blocks that point at each other in a circle, or share others",
          null);
    }
    if (reached.size() > MAX_BLOCKS) {
      throw damaged("at most " + MAX_BLOCKS + " blocks", "more", null);
    }
    return piece(address, size);
  }

  private ByteBuffer piece(long address, long size) {
    if (address < 0 || size < 0 || size > bytes.limit() - base - address) {
      throw new IndexOutOfBoundsException();
    }
    budget -= size;
    if (budget < 0) {
      throw damaged("blocks beside each other", "blocks on top of each other", null);
    }
    return bytes.slice((int) (base + address), (int) size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void requireSignature(ByteBuffer block, String signature) {
    for (int k = 0; k < 4; k++) {
      if (block.get() != signature.charAt(k)) {
        throw damaged("a block " + signature, "another one at its address", null);
      }
    }
  }

  private void header(long address) {
    ByteBuffer start = block(address, 16);
    if (start.get(0) == 1) {
      messages(piece(address + 16, start.getInt(8) & 0xffffffffL), 1, false);
      return;
    }
    requireSignature(start, "OHDR");
    int flags = start.get(5);
    int before = 6 + ((flags & 0x20) == 0 ? 0 : 16) + ((flags & 0x10) == 0 ? 0 : 4);
    int width = 1 << (flags & 3);
    ByteBuffer size = piece(address + before, width);
    messages(piece(address + before + width, number(size, width)), 2, (flags & 4) != 0);
  }

  private void messages(ByteBuffer first, int version, boolean ordered) {
    Deque<ByteBuffer> open = new ArrayDeque<>(List.of(first));
    int head = version == 1 ? 8 : ordered ? 6 : 4;
    while (!open.isEmpty()) {
      ByteBuffer in = open.pop();
      while (in.remaining() >= head) {
        int at = in.position();
        int type = version == 1 ? in.getShort(at) & 0xffff : in.get(at) & 0xff;
        int size = in.getShort(at + (version == 1 ? 2 : 1)) & 0xffff;
        int flags = in.get(at + (version == 1 ? 4 : 3));
        in.position(at + head);
        if (size > in.remaining()) {
          throw new IndexOutOfBoundsException();
        }
        ByteBuffer body = in.slice(in.position(), size).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + size);
        if (type == CONTINUATION) {
          ByteBuffer next = block(address(body), number(body, lengthSize));
          if (version == 2) {
            requireSignature(next, "OCHK");
            next.limit(Math.max(next.position(), next.limit() - 4));
          }
          open.push(next);
        } else {
          message(type, flags, body);
        }
      }
    }
  }

  private void message(int type, int flags, ByteBuffer body) {
    if ((flags & SHARED) != 0 || (type == ATTRIBUTE && body.get(0) > 1 && (body.get(1) & 3) != 0)) {
      throw unsupported("types that several arrays share");
    }
    switch (type) {
      case SYMBOL_TABLE -> {
        long tree = address(body);
        groupTree(tree, -1, names(address(body)));
      }
      case LINK -> link(body);
      case DATATYPE -> {
        if ((body.get(0) & 15) == OPAQUE && body.get(1) == 0) {
          throw new UnsupportedModelException(
              file,
              "bytes of no type (HDF5's opaque type, as which h5py writes bfloat16) are not"
                  + " supported; save float32 weights");
        }
      }
      case LINK_INFO -> requireNoHeap(body, 8, "groups with an index");
      case ATTRIBUTE_INFO -> requireNoHeap(body, 2, "attributes with an index");
      case LAYOUT -> layout(body);
      default -> {}
    }
  }

  private void requireNoHeap(ByteBuffer info, int ordered, String what) {
    boolean hasOrder = (info.get(1) & 1) != 0;
    info.position(2 + (hasOrder ? ordered : 0));
    if (address(info) >= 0) {
      throw unsupported(what);
    }
  }

  /** The text of a group's local heap. */
  private ByteBuffer names(long heap) {
    ByteBuffer block = block(heap, 8 + 2L * lengthSize + offsetSize);
    requireSignature(block, "HEAP");
    block.position(8);
    long size = number(block, lengthSize);
    number(block, lengthSize);
    return piece(address(block), size);
  }

  private void groupTree(long address, int level, ByteBuffer names) {
    ByteBuffer tree = tree(address, 0, level, lengthSize);
    int found = tree.get(5) & 0xff;
    while (tree.remaining() >= offsetSize + lengthSize) {
      number(tree, lengthSize);
      long child = address(tree);
      if (found > 0) {
        groupTree(child, found - 1, names);
      } else {
        symbols(child, names);
      }
    }
  }

  /** A node of a tree, at its first key; a child is one level below its parent. */
  private ByteBuffer tree(long address, int type, int level, long keySize) {
    int head = 8 + 2 * offsetSize;
    ByteBuffer start = block(address, head);
    requireSignature(start, "TREE");
    int found = start.get(5) & 0xff;
    if (start.get(4) != type || (level >= 0 && found != level)) {
      throw damaged("trees whose levels count down", "level " + found, null);
    }
    int used = start.getShort(6) & 0xffff;
    long size = head + used * (keySize + offsetSize) + keySize;
    budget += head;
    return piece(address, size).position(head);
  }

  private void symbols(long address, ByteBuffer names) {
    ByteBuffer start = block(address, 8);
    requireSignature(start, "SNOD");
    int entry = 2 * offsetSize + 24;
    ByteBuffer all = piece(address + 8, (long) entry * (start.getShort(6) & 0xffff));
    for (int at = 0; at < all.limit(); at += entry) {
      all.position(at);
      long name = number(all, offsetSize);
      int end = Math.toIntExact(Math.min(names.limit(), Math.max(0, name)));
      while (end < names.limit() && names.get(end) != 0) {
        end++;
        budget--;
      }
      long child = address(all);
      if (all.getInt() != SOFT_LINK) {
        headers.push(child);
      }
    }
  }

  private void link(ByteBuffer body) {
    int flags = body.get(1);
    body.position(2);
    int type = (flags & 8) == 0 ? 0 : body.get();
    body.position(body.position() + ((flags & 4) == 0 ? 0 : 8) + ((flags & 16) == 0 ? 0 : 1));
    long length = number(body, 1 << (flags & 3));
    if (length < 0 || length > body.remaining()) {
      throw new IndexOutOfBoundsException();
    }
    body.position(body.position() + (int) length);
    if (type == 0) {
      headers.push(address(body));
    }
  }

  private void layout(ByteBuffer body) {
    int version = body.get();
    if (version < 3 || version > 4) {
      throw unsupported("arrays with a layout of version " + version);
    }
    if (body.get() != 2) {
      return;
    }
    if (version == 3) {
      int axes = body.get() & 0xff;
      long tree = address(body);
      if (tree >= 0) {
        chunkTree(tree, -1, axes);
      }
      return;
    }
    int axes = body.get(3) & 0xff;
    int index = body.get(5 + axes * (body.get(4) & 0xff));
    if (index < 1 || index > 3) {
      throw unsupported("chunks of arrays that can grow");
    }
  }

  private void chunkTree(long address, int level, int axes) {
    long keySize = 8 + 8L * axes;
    ByteBuffer tree = tree(address, 1, level, keySize);
    int found = tree.get(5) & 0xff;
    while (tree.remaining() >= keySize + offsetSize) {
      tree.position(tree.position() + (int) keySize);
      long child = address(tree);
      if (found > 0) {
        chunkTree(child, found - 1, axes);
      }
    }
  }
}
