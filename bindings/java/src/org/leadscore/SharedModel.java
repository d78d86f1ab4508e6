package org.leadscore;

import java.util.function.Function;

/**
 * A model that is replaced while others use it. Who has begun with a model ends with it; it is closed when the last
 * of them has.
 */
public final class SharedModel implements AutoCloseable {
    /** A model and who uses it; guarded by the lock of the owner. */
    private static final class Slot {
        final Model model;
        int users;
        boolean replaced;

        Slot(Model model) {
            this.model = model;
        }
    }

    private Slot current;

    /** Takes the model over: it is closed by this. */
    public SharedModel(Model model) {
        current = new Slot(Inputs.present(model, "model"));
    }

    /** Do something with a scorer of the model that is current now; see {@link Model#use}. Any thread. */
    public <T> T use(Function<Scorer, T> work) {
        Slot slot = begin();
        try {
            return slot.model.use(work);
        } finally {
            end(slot);
        }
    }

    private synchronized Slot begin() {
        if (current == null) {
            throw LeadscoreException.invalid("the shared model is closed");
        }
        current.users++;
        return current;
    }

    private void end(Slot slot) {
        boolean last;
        synchronized (this) {
            slot.users--;
            last = slot.replaced && slot.users == 0;
        }
        if (last) {
            slot.model.close();
        }
    }

    /** Put another model in its place, and take that over. Any thread. */
    public void replace(Model next) {
        exchange(new Slot(Inputs.present(next, "next")));
    }

    private void exchange(Slot next) {
        Slot old;
        synchronized (this) {
            old = current;
            if (old == null && next != null) {
                throw LeadscoreException.invalid("the shared model is closed");
            }
            current = next;
            if (old != null) {
                old.replaced = true;
                old.users++;
            }
        }
        if (old != null) {
            end(old);
        }
    }

    /** Close: the model too, when the last that uses it has ended. */
    @Override
    public void close() {
        exchange(null);
    }
}
