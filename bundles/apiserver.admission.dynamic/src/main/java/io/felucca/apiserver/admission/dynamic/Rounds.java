package io.felucca.apiserver.admission.dynamic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import java.util.HashSet;
import java.util.Set;

/**
 * Who is called in the second of the two times that a request comes by: whoever wants that, if the
 * object has changed since it was called. For one request and one thread.
 */
final class Rounds {
    /** Called, and to be called again if the object changes after that. */
    private final Set<Object> called = new HashSet<>();

    private final Set<Object> again = new HashSet<>();
    private ObjectNode left;

    /** The first time is over. */
    void end(Request request) {
        left = called.isEmpty() ? null : request.object().deepCopy();
    }

    /** The second time begins: others may have changed the object meanwhile. */
    void begin(Request request) {
        if (!called.isEmpty() && !request.object().equals(left)) {
            changed();
        }
    }

    boolean isDueAgain(Object one) {
        return again.contains(one);
    }

    /**
     * @param isReinvoked whether it wants to be called a second time
     */
    void ran(Object one, boolean hasChanged, boolean isReinvoked) {
        if (hasChanged) {
            changed();
        }
        if (isReinvoked) {
            called.add(one);
        }
    }

    private void changed() {
        again.addAll(called);
        called.clear();
    }
}
