/** The command line. */
module org.rnn4j.cli {
  requires info.picocli;
  requires java.management;
  requires org.rnn4j.core;
  requires org.rnn4j.formats;
  requires transitive org.rnn4j.problems;

  // picocli sets the fields of the commands by reflection.
  opens org.rnn4j.cli to
      info.picocli;
}
