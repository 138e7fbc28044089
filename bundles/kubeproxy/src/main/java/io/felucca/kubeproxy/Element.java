package io.felucca.kubeproxy;

/**
 * One element of a map or set of our table.
 *
 * @param value empty in a set
 */
record Element(Container container, String key, String value) {

    /** The table's maps and sets whose elements come from services. */
    enum Container {
        /** Frontend to the chain that chooses an endpoint. */
        SERVICES("services"),
        /** Frontend and packet mark to endpoint. */
        ENDPOINTS("endpoints"),
        /** Frontend and packet mark to the lasting mark of the same endpoint, for affinity. */
        LASTING("lasting"),
        /** Frontend to what happens to packets that no endpoint takes. */
        REFUSED("refused"),
        /** An endpoint's address twice: traffic of a pod to itself. */
        HAIRPIN("hairpin"),
        /** Frontends that only some may reach. */
        GUARDED("guarded"),
        /** Frontend and range of addresses that may reach it. */
        ALLOWED("allowed");

        private final String text;

        Container(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    static Element in(Container set, String key) {
        return new Element(set, key, "");
    }

    String text() {
        return value.isEmpty() ? key : key + " : " + value;
    }
}
