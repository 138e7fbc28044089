package io.felucca.apiserver;

import java.util.function.Predicate;

/**
 * An immutable map of objects in the order of their keys: a treap whose priorities come from the
 * keys. A change copies one path (about 2·log2 n small nodes) and leaves every older tree as it
 * was, so a reader holds a whole list of one revision for the price of a pointer.
 */
final class ObjectTree {
    static final ObjectTree EMPTY = new ObjectTree(null);

    private final Node root;

    private static final class Node {
        final Node left;
        final CachedObject value;
        final Node right;
        final int priority;
        final int size;

        Node(Node left, CachedObject value, Node right, int priority) {
            this.left = left;
            this.value = value;
            this.right = right;
            this.priority = priority;
            this.size = 1 + count(left) + count(right);
        }

        Node with(Node newLeft, Node newRight) {
            return new Node(newLeft, value, newRight, priority);
        }
    }

    private record Halves(Node left, Node right) {}

    private ObjectTree(Node root) {
        this.root = root;
    }

    int size() {
        return count(root);
    }

    /** Null if it is not there. */
    CachedObject get(String namespace, String name) {
        Node node = root;
        while (node != null) {
            int order = compare(namespace, name, node.value);
            if (order == 0) {
                return node.value;
            }
            node = order < 0 ? node.left : node.right;
        }
        return null;
    }

    ObjectTree put(CachedObject object) {
        return new ObjectTree(put(root, object, priority(object.namespace(), object.name())));
    }

    ObjectTree remove(String namespace, String name) {
        return new ObjectTree(remove(root, namespace, name));
    }

    /**
     * Gives the objects after a key in order until {@code more} says false.
     *
     * @param namespace of the key; with {@code name} null: from the beginning of the namespace, or
     *     if that is null too, of all
     */
    void scan(String namespace, String name, Predicate<CachedObject> more) {
        scan(root, namespace, name, more);
    }

    /** How many objects come after a key. */
    int countAfter(String namespace, String name) {
        int after = 0;
        Node node = root;
        while (node != null) {
            if (compare(namespace, name, node.value) < 0) {
                after += 1 + count(node.right);
                node = node.left;
            } else {
                node = node.right;
            }
        }
        return after;
    }

    private static boolean scan(
            Node node, String namespace, String name, Predicate<CachedObject> more) {
        if (node == null) {
            return true;
        }
        boolean included =
                namespace == null || compare(namespace, name == null ? "" : name, node.value) < 0;
        if (!included) {
            return scan(node.right, namespace, name, more);
        }
        return scan(node.left, namespace, name, more)
                && more.test(node.value)
                && scan(node.right, null, null, more);
    }

    private static int count(Node node) {
        return node == null ? 0 : node.size;
    }

    private static Node put(Node node, CachedObject object, int priority) {
        if (node == null) {
            return new Node(null, object, null, priority);
        }
        if (priority > node.priority) {
            // Nothing below has such a priority, so the key is not there yet.
            Halves halves = split(node, object.namespace(), object.name());
            return new Node(halves.left, object, halves.right, priority);
        }
        int order = compare(object.namespace(), object.name(), node.value);
        if (order == 0) {
            return new Node(node.left, object, node.right, priority);
        }
        return order < 0
                ? node.with(put(node.left, object, priority), node.right)
                : node.with(node.left, put(node.right, object, priority));
    }

    private static Halves split(Node node, String namespace, String name) {
        if (node == null) {
            return new Halves(null, null);
        }
        if (compare(namespace, name, node.value) < 0) {
            Halves lower = split(node.left, namespace, name);
            return new Halves(lower.left, node.with(lower.right, node.right));
        }
        Halves upper = split(node.right, namespace, name);
        return new Halves(node.with(node.left, upper.left), upper.right);
    }

    private static Node remove(Node node, String namespace, String name) {
        if (node == null) {
            return null;
        }
        int order = compare(namespace, name, node.value);
        if (order == 0) {
            return merge(node.left, node.right);
        }
        return order < 0
                ? node.with(remove(node.left, namespace, name), node.right)
                : node.with(node.left, remove(node.right, namespace, name));
    }

    private static Node merge(Node left, Node right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        return left.priority >= right.priority
                ? left.with(left.left, merge(left.right, right))
                : right.with(merge(left, right.left), right.right);
    }

    private static int compare(String namespace, String name, CachedObject object) {
        String other = object.namespace();
        if (namespace.equals(other)) {
            return name.compareTo(object.name());
        }
        return compareNamespaces(namespace, other);
    }

    /** As the store orders the keys: the namespace is followed by a slash there. */
    private static int compareNamespaces(String one, String other) {
        boolean isShorter = one.length() < other.length();
        String start = isShorter ? one : other;
        String whole = isShorter ? other : one;
        if (!whole.startsWith(start)) {
            return one.compareTo(other);
        }
        return isShorter ? '/' - other.charAt(start.length()) : one.charAt(start.length()) - '/';
    }

    private static int priority(String namespace, String name) {
        int mixed = (namespace.hashCode() * 31 + name.hashCode()) * 0x9E3779B9;
        mixed = (mixed ^ (mixed >>> 15)) * 0x85EBCA6B;
        return mixed ^ (mixed >>> 13);
    }
}
