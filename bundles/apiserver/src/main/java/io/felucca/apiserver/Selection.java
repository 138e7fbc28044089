package io.felucca.apiserver;

import io.felucca.apiserver.api.SelectableField;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.FieldSelector;
import io.felucca.machinery.LabelSelector;
import java.util.ArrayList;
import java.util.List;

/** Which objects a list or a watch is about. Immutable; costs no parsing and no allocation. */
final class Selection {
    private static final int NAME = -1;
    private static final int NAMESPACE = -2;

    private final String namespace;
    private final String name;
    private final LabelSelector labels;
    private final List<FieldTerm> fields;

    private record FieldTerm(int index, boolean equal, String value) {}

    private Selection(String namespace, String name, LabelSelector labels, List<FieldTerm> fields) {
        this.namespace = namespace;
        this.name = name;
        this.labels = labels.isEverything() ? null : labels;
        this.fields = fields;
    }

    /**
     * @param namespace empty for all
     * @param name empty for all
     * @param served the fields that this version of the resource lets select by; another version of
     *     the same objects may have others
     * @throws ApiException 400 in upstream's words for a selector that can't be read
     */
    static Selection of(
            String namespace,
            String name,
            String labelSelector,
            String fieldSelector,
            FieldSet fieldSet,
            List<SelectableField> served) {
        LabelSelector labels = LabelSelector.everything();
        if (!labelSelector.isEmpty()) {
            try {
                labels = LabelSelector.parse(labelSelector);
            } catch (IllegalArgumentException e) {
                throw ApiException.badRequest(e.getMessage());
            }
        }
        String onlyName = name;
        String onlyNamespace = namespace;
        List<FieldTerm> terms = new ArrayList<>();
        for (FieldSelector.Term term : fieldTerms(fieldSelector)) {
            FieldTerm resolved =
                    new FieldTerm(
                            index(term.field(), fieldSet, served), term.equal(), term.value());
            if (term.equal() && resolved.index == NAME && onlyName.isEmpty()) {
                onlyName = term.value();
            } else if (term.equal() && resolved.index == NAMESPACE && onlyNamespace.isEmpty()) {
                onlyNamespace = term.value();
            }
            // An empty value can't be narrowed to by name, so the term itself stays.
            terms.add(resolved);
        }
        return new Selection(onlyNamespace, onlyName, labels, List.copyOf(terms));
    }

    private static List<FieldSelector.Term> fieldTerms(String fieldSelector) {
        if (fieldSelector.isEmpty()) {
            return List.of();
        }
        try {
            return FieldSelector.parse(fieldSelector).terms();
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest(e.getMessage());
        }
    }

    private static int index(String path, FieldSet fieldSet, List<SelectableField> served) {
        if (path.equals("metadata.name")) {
            return NAME;
        }
        if (path.equals("metadata.namespace")) {
            return NAMESPACE;
        }
        int index = fieldSet.index(path);
        if (index < 0 || served.stream().noneMatch(field -> field.path().equals(path))) {
            throw ApiException.badRequest("field label not supported: " + path);
        }
        return index;
    }

    boolean matches(CachedObject object) {
        if (!namespace.isEmpty() && !namespace.equals(object.namespace())) {
            return false;
        }
        if (!name.isEmpty() && !name.equals(object.name())) {
            return false;
        }
        for (FieldTerm term : fields) {
            if (term.equal != term.value.equals(value(term.index, object))) {
                return false;
            }
        }
        return labels == null || labels.matches(object.labels());
    }

    private static String value(int index, CachedObject object) {
        return switch (index) {
            case NAME -> object.name();
            case NAMESPACE -> object.namespace();
            default -> object.field(index);
        };
    }

    String namespace() {
        return namespace;
    }

    String name() {
        return name;
    }

    /** Whether it takes all of its namespace, so that what remains of a list can be counted. */
    boolean isWhole() {
        return name.isEmpty() && labels == null && fields.isEmpty();
    }
}
