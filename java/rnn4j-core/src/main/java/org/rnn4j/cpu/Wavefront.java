package org.rnn4j.cpu;

import static org.rnn4j.cpu.Barrier.place;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Who runs which steps of a stack of layers. Steps go in blocks; a block of a layer can be run when
 * the block before it and the same block of the layer below are done. Every member has neighbouring
 * layers whose weights and states stay in his cache, and runs the highest that is ready. Who has
 * waited helps out: he takes a layer of another's and keeps it, so a member that does not come
 * leaves the others more work, not a gap. Reused between runs.
 */
final class Wavefront {
  /** A member leaves another's layer to him at first; after so many turns he helps out. */
  private static final int PATIENCE = 300;

  private static final int FREE = 0;
  private static final int TAKEN = 1;

  private final int layers;
  private int blocks;

  /** By layer: how many blocks are done. */
  private final AtomicIntegerArray done;

  /** By layer: whether somebody runs it. */
  private final AtomicIntegerArray taken;

  /** By layer: whose it is, a hint. */
  private final AtomicIntegerArray owner;

  Wavefront(int layers) {
    this.layers = layers;
    done = new AtomicIntegerArray(place(layers));
    taken = new AtomicIntegerArray(place(layers));
    owner = new AtomicIntegerArray(place(layers));
  }

  /** For a new run; nobody may still be at work. */
  void begin(int newBlocks, int members) {
    blocks = newBlocks;
    for (int l = 0; l < layers; l++) {
      done.setPlain(place(l), 0);
      taken.setPlain(place(l), FREE);
      owner.setPlain(place(l), ((l + 1) * members - 1) / layers); // the first has the fewest
    }
  }

  /** How many blocks of a layer are done. */
  int done(int layer) {
    return done.getAcquire(place(layer));
  }

  private boolean isReady(int layer) {
    int next = done(layer);
    return next < blocks && (layer == 0 || done(layer - 1) > next);
  }

  /**
   * Takes a layer whose next block is ready, waiting for one if need be.
   *
   * @return -1 if there is nothing left to do
   * @throws IllegalStateException if another member failed
   */
  int take(int member, Barrier barrier) {
    int spins = 0;
    long since = 0;
    int seen = 0;
    for (int turns = 0; ; turns++) {
      for (int l = layers - 1; l >= 0; l--) {
        if (isReady(l) && mayTake(l, member, turns) && claim(l)) {
          barrier.ended(spins, since);
          owner.setPlain(place(l), member);
          return l;
        }
      }
      int all = doneInAll();
      if (all == layers * blocks) {
        barrier.ended(spins, since);
        return -1;
      }
      if (member > 0) {
        barrier.idle(turns); // at the beginning and the end members wait anyway
        continue;
      }
      if (all != seen) { // others are at work: this is not a wait for one that does not run
        barrier.ended(spins, since);
        seen = all;
        spins = 0;
      }
      since = barrier.pause(++spins, since);
    }
  }

  private boolean mayTake(int layer, int member, int turns) {
    return owner.getPlain(place(layer)) == member || turns > PATIENCE;
  }

  /** Another may have run the block that was ready, and given the layer back. */
  private boolean claim(int layer) {
    if (!taken.compareAndSet(place(layer), FREE, TAKEN)) {
      return false;
    }
    if (isReady(layer)) {
      return true;
    }
    taken.setRelease(place(layer), FREE);
    return false;
  }

  private int doneInAll() {
    int n = 0;
    for (int l = 0; l < layers; l++) {
      n += done(l);
    }
    return n;
  }

  /**
   * Says that the next block of a layer that one has taken is done.
   *
   * @return true if one still has the layer and its next block is what one should run; otherwise it
   *     is given back
   */
  boolean advance(int layer, int member) {
    done.setRelease(place(layer), done(layer) + 1);
    if (isReady(layer) && !ownsReadyAbove(layer, member)) {
      return true;
    }
    taken.setRelease(place(layer), FREE);
    return false;
  }

  private boolean ownsReadyAbove(int layer, int member) {
    for (int l = layer + 1; l < layers; l++) {
      if (owner.getPlain(place(l)) == member && isReady(l)) {
        return true;
      }
    }
    return false;
  }
}
