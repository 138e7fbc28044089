package io.felucca.api.rbac;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.NameRules;
import java.util.ArrayList;
import java.util.List;

/** {@code rolebindings} and {@code clusterrolebindings}. */
final class Bindings implements Strategy {
    private static final String GROUP = "rbac.authorization.k8s.io";

    private final boolean namespaced;

    private Bindings(boolean namespaced) {
        this.namespaced = namespaced;
    }

    static ResourceDefinition roleBindings() {
        return Roles.builder("RoleBinding", "rolebindings")
                .strategy(new Bindings(true))
                .columns(columns())
                .build();
    }

    static ResourceDefinition clusterRoleBindings() {
        return Roles.builder("ClusterRoleBinding", "clusterrolebindings")
                .clusterScoped()
                .strategy(new Bindings(false))
                .columns(columns())
                .build();
    }

    private static Column[] columns() {
        return new Column[] {
            Column.string(
                    "Role",
                    binding ->
                            binding.at("/roleRef/kind").asText()
                                    + "/"
                                    + binding.at("/roleRef/name").asText()),
            Column.AGE,
            Column.string("Users", binding -> subjects(binding, "User")).wide(),
            Column.string("Groups", binding -> subjects(binding, "Group")).wide(),
            Column.string("ServiceAccounts", binding -> subjects(binding, "ServiceAccount")).wide()
        };
    }

    private static Object subjects(JsonNode binding, String kind) {
        List<String> names = new ArrayList<>();
        for (JsonNode subject : binding.path("subjects")) {
            if (subject.path("kind").asText().equals(kind)) {
                String name = subject.path("name").asText();
                names.add(
                        kind.equals("ServiceAccount")
                                ? subject.path("namespace").asText() + "/" + name
                                : name);
            }
        }
        return String.join(", ", names);
    }

    @Override
    public void defaults(ObjectNode object) {
        for (JsonNode subject : object.path("subjects")) {
            String kind = subject.path("kind").asText();
            if (subject instanceof ObjectNode node
                    && !kind.equals("ServiceAccount")
                    && subject.path("apiGroup").asText("").isEmpty()
                    && List.of("User", "Group").contains(kind)) {
                node.put("apiGroup", GROUP);
            }
        }
    }

    @Override
    public List<String> nameProblems(String name, boolean isPrefix) {
        return NameRules.pathSegment(name, isPrefix);
    }

    @Override
    public boolean createsOnUpdate() {
        return true;
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field binding = Field.root(object);
        Field role = binding.at("roleRef");
        role.at("apiGroup").requireOneOf(List.of(GROUP));
        role.at("kind")
                .requireOneOf(namespaced ? List.of("Role", "ClusterRole") : List.of("ClusterRole"));
        if (role.at("name").require()) {
            NameRules.pathSegment(role.text("name"), false)
                    .forEach(message -> role.at("name").invalid(message));
        }
        for (Field subject : binding.at("subjects").items()) {
            subject(subject);
        }
        return binding.problems();
    }

    private void subject(Field subject) {
        Field group = subject.at("apiGroup");
        subject.at("name").require();
        switch (subject.text("kind")) {
            case "ServiceAccount" -> {
                subject.at("name").followIfSet(NameRules::dnsSubdomain);
                if (!group.text().isEmpty()) {
                    group.notSupported(List.of(""));
                }
                if (!namespaced) {
                    subject.at("namespace").require();
                }
            }
            case "User", "Group" -> {
                if (!group.text().equals(GROUP)) {
                    group.notSupported(List.of(GROUP));
                }
            }
            default -> subject.at("kind").notSupported(List.of("Group", "ServiceAccount", "User"));
        }
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        Field role = Field.root(object).at("roleRef");
        role.immutable(old.path("roleRef"), "cannot change roleRef");
        return role.problems();
    }
}
