package org.rnn4j.error;

/**
 * The device cannot be used any more in this process: a kernel faulted or it fell off the bus.
 * Every later call fails alike; only a new process helps.
 */
public final class DeviceLostException extends DeviceException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message operation, code and name of the failure, and that the process must restart
   */
  public DeviceLostException(String message) {
    super(message);
  }
}
