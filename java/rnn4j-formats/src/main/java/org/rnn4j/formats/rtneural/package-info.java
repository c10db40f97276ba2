/** Models as JSON: RTNeural's own form, and state_dicts written as nested arrays. */
package org.rnn4j.formats.rtneural;
