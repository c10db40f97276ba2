package org.rnn4j.error;

/**
 * A device failed at something: names the operation, the driver's code and the sizes involved.
 * States are as before the call, and other calls may go on.
 */
public class DeviceException extends RnnException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message operation, code and name of the failure, sizes
   */
  public DeviceException(String message) {
    super(message, null);
  }
}
