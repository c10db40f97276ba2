package org.rnn4j.cuda;

import java.lang.ref.WeakReference;
import java.nio.Buffer;
import org.bytedeco.javacpp.Pointer;

/**
 * The address of a direct buffer's element 0; asked again for the same buffer, it allocates
 * nothing. For one thread at a time.
 */
final class BufferAddress {
  private static final WeakReference<Buffer> NOBODY = new WeakReference<>(null);

  private WeakReference<Buffer> last = NOBODY;
  private long address;

  long of(Buffer buffer) {
    if (!last.refersTo(buffer)) {
      last = new WeakReference<>(buffer);
      address = new Pointer(buffer.duplicate().clear()).address();
    }
    return address;
  }
}
