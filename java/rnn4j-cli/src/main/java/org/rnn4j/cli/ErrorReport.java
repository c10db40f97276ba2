package org.rnn4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import org.rnn4j.error.BackendUnavailableException;
import org.rnn4j.error.RnnException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns what a command throws into one message on the error stream and an exit code; only for a
 * fault of rnn4j itself a stack trace is printed. Stateless.
 */
final class ErrorReport implements IExecutionExceptionHandler, IParameterExceptionHandler {

  /** Says what is wrong with the command line, and where its options are told. */
  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("rnn4j: " + e.getMessage());
    if (!UnmatchedArgumentException.printSuggestions(e, err)) {
      // A required option that is missing is told before the word that was meant for it.
      List<String> unknown = command.getUnmatchedArguments();
      if (!unknown.isEmpty() && !(e instanceof UnmatchedArgumentException)) {
        err.println("not understood: " + String.join(" ", unknown));
      }
    }
    err.println("'" + command.getCommandSpec().qualifiedName() + " --help' tells the options");
    err.flush();
    return ExitCodes.USAGE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    return report(e, command.getErr());
  }

  /** Prints what happened and returns the exit code. */
  static int report(Throwable e, PrintWriter err) {
    int code = exitCode(e);
    if (code == ExitCodes.INTERNAL) {
      err.println("rnn4j: internal error, please report it:");
      e.printStackTrace(err);
    } else {
      err.println("rnn4j: " + message(e));
    }
    err.flush();
    return code;
  }

  /** The exit code for what was thrown. */
  static int exitCode(Throwable e) {
    if (e instanceof BackendUnavailableException) {
      return ExitCodes.BACKEND;
    }
    if (e instanceof RnnException) {
      return ExitCodes.MODEL;
    }
    if (e instanceof IllegalArgumentException) {
      return ExitCodes.USAGE;
    }
    if (e instanceof IOException || e instanceof UncheckedIOException) {
      return ExitCodes.INPUT_OUTPUT;
    }
    return ExitCodes.INTERNAL;
  }

  /** The message for people. The JDK's file exceptions often say nothing but the file's name. */
  static String message(Throwable e) {
    if (e instanceof UncheckedIOException wrapped && wrapped.getCause() != null) {
      return message(wrapped.getCause());
    }
    if (e instanceof FileSystemException f && f.getFile() != null && f.getReason() == null) {
      return f.getFile() + ": " + what(f);
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static String what(FileSystemException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "exists already";
    }
    if (e instanceof NotDirectoryException) {
      return "not a folder";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return "the folder is not empty";
    }
    return "cannot be read or written (" + e.getClass().getSimpleName() + ")";
  }
}
