package io.felucca.apiserver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.schema.Schema;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * All the server needs to know of one resource in one version. Built with {@link #builder}.
 *
 * @param kind group, version and kind
 * @param plural the resource's name in paths
 * @param singular what kubectl accepts beside it
 * @param stored where its objects lie; two resources with the same place serve the same objects
 * @param subresources such as {@code status}, by name
 * @param columns of {@code kubectl get}; Name comes first by itself unless one of them is called so
 * @param listKind of its lists
 * @param openApi the OpenAPI v3 schema of a custom resource as its definition has it, for documents
 *     only; null for built-in types
 * @param warning sent with each answer, such as that the version is deprecated; may be empty
 * @param converter to and from the stored form; null where the served form is the stored one
 * @param action for a virtual resource (reviews), which is never stored: what a creation does;
 *     otherwise null
 * @param computed for what is read but never stored: all objects there are now; otherwise null
 */
public record ResourceDefinition(
        GroupVersionKind kind,
        String plural,
        String singular,
        boolean namespaced,
        Set<Verb> verbs,
        List<String> shortNames,
        List<String> categories,
        GroupResource stored,
        Schema schema,
        Strategy strategy,
        List<Subresource> subresources,
        List<Column> columns,
        List<SelectableField> selectableFields,
        String listKind,
        Supplier<ObjectNode> openApi,
        String warning,
        Converter converter,
        Subresource.Action action,
        Supplier<List<ObjectNode>> computed) {

    /**
     * Between the form that is served and the form that is stored, for objects served in two groups
     * or versions. Both calls own their argument. The result carries the other form's apiVersion
     * and kind; metadata is the same in both.
     */
    public interface Converter {
        ObjectNode toStored(ObjectNode served);

        ObjectNode fromStored(ObjectNode stored);

        /**
         * Whether selectable fields have the same values in both forms, so that selection needs no
         * conversion.
         */
        default boolean keepsSelectableFields() {
            return false;
        }
    }

    /** Upstream's verbs, in lower case on the wire. */
    public enum Verb {
        CREATE,
        DELETE,
        DELETECOLLECTION,
        GET,
        LIST,
        PATCH,
        UPDATE,
        WATCH;

        public static final Set<Verb> ALL = Set.of(values());
    }

    public ResourceDefinition {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(plural, "plural");
        Objects.requireNonNull(singular, "singular");
        Objects.requireNonNull(stored, "stored");
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(strategy, "strategy");
        verbs = Set.copyOf(verbs);
        shortNames = List.copyOf(shortNames);
        categories = List.copyOf(categories);
        subresources = List.copyOf(subresources);
        columns = List.copyOf(columns);
        selectableFields = List.copyOf(selectableFields);
        Objects.requireNonNull(listKind, "listKind");
        Objects.requireNonNull(warning, "warning");
    }

    /** Whether a client defined it: a custom resource. */
    public boolean isCustom() {
        return schema.validation() != null;
    }

    public GroupVersionResource resource() {
        return new GroupVersionResource(kind.group(), kind.version(), plural);
    }

    public GroupResource groupResource() {
        return new GroupResource(kind.group(), plural);
    }

    /** Whether objects are never stored: a creation runs {@link #action}. */
    public boolean isVirtual() {
        return action != null;
    }

    public java.util.Optional<Subresource> subresource(String name) {
        return subresources.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    public static Builder builder(GroupVersionKind kind, String plural, Schema schema) {
        return new Builder(kind, plural, schema);
    }

    /** Namespaced, with all verbs and no strategy of its own unless told otherwise. */
    public static final class Builder {
        private final GroupVersionKind kind;
        private final String plural;
        private final Schema schema;
        private boolean namespaced = true;
        private Set<Verb> verbs = Verb.ALL;
        private List<String> shortNames = List.of();
        private List<String> categories = List.of();
        private GroupResource stored;
        private Strategy strategy = Strategy.PLAIN;
        private final List<Subresource> subresources = new java.util.ArrayList<>();
        private List<Column> columns = List.of(Column.AGE);
        private List<SelectableField> selectableFields = List.of();
        private String listKind;
        private Supplier<ObjectNode> openApi;
        private String warning = "";
        private Converter converter;
        private Subresource.Action action;
        private Supplier<List<ObjectNode>> computed;
        private String singular;

        private Builder(GroupVersionKind kind, String plural, Schema schema) {
            this.kind = kind;
            this.plural = plural;
            this.schema = schema;
            this.stored = new GroupResource(kind.group(), plural);
        }

        public Builder clusterScoped() {
            namespaced = false;
            return this;
        }

        public Builder verbs(Verb... some) {
            verbs = new LinkedHashSet<>(List.of(some));
            return this;
        }

        public Builder shortNames(String... names) {
            shortNames = List.of(names);
            return this;
        }

        public Builder categories(String... names) {
            categories = List.of(names);
            return this;
        }

        public Builder storedAs(String group, String resource) {
            stored = new GroupResource(group, resource);
            return this;
        }

        public Builder strategy(Strategy own) {
            strategy = own;
            return this;
        }

        public Builder subresource(Subresource one) {
            subresources.add(one);
            return this;
        }

        public Builder columns(Column... some) {
            columns = List.of(some);
            return this;
        }

        public Builder selectableFields(SelectableField... some) {
            selectableFields = List.of(some);
            return this;
        }

        /** What kubectl accepts beside the plural; the kind in lower case unless told. */
        public Builder singular(String one) {
            singular = one;
            return this;
        }

        /** The kind with "List" unless told. */
        public Builder listKind(String one) {
            listKind = one;
            return this;
        }

        public Builder openApi(Supplier<ObjectNode> own) {
            openApi = own;
            return this;
        }

        public Builder warning(String text) {
            warning = text;
            return this;
        }

        /** Serves another form than the one that is stored; see {@link #storedAs}. */
        public Builder converter(Converter own) {
            converter = own;
            return this;
        }

        /** Makes it a virtual resource with the only verb CREATE, which runs this. */
        public Builder virtual(Subresource.Action own) {
            action = own;
            verbs = Set.of(Verb.CREATE);
            columns = List.of();
            return this;
        }

        /** What it gives, asked at each read, is all there is: it can be read, not written. */
        public Builder computed(Supplier<List<ObjectNode>> own) {
            computed = own;
            verbs = Set.of(Verb.GET, Verb.LIST);
            columns = List.of();
            return this;
        }

        public ResourceDefinition build() {
            return new ResourceDefinition(
                    kind,
                    plural,
                    singular == null ? kind.kind().toLowerCase(java.util.Locale.ROOT) : singular,
                    namespaced,
                    verbs,
                    shortNames,
                    categories,
                    stored,
                    schema,
                    strategy,
                    subresources,
                    columns,
                    selectableFields,
                    listKind == null ? kind.kind() + "List" : listKind,
                    openApi,
                    warning,
                    converter,
                    action,
                    computed);
        }
    }
}
