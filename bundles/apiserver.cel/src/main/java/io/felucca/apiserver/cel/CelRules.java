package io.felucca.apiserver.cel;

import io.felucca.apiserver.api.ValidationRules;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.schema.Schema;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** The rules of custom resources. The library is loaded with the first of them. */
@Component
public final class CelRules implements ValidationRules {

    @Override
    public List<FieldError> check(Schema schema, String path) {
        return new RuleCheck(schema, path).run();
    }

    @Override
    public Compiled compile(Schema schema) {
        RuleNode root = RuleNode.of(schema, "", new Trusting());
        return (object, old) -> new RuleRun().run(root, object, old);
    }

    /** What can't be compiled was refused with its definition; it is left out. */
    private static final class Trusting implements RuleNode.Listener {
        @Override
        public void failed(String path, int place, String field, String why) {
            throw new IllegalStateException(path + ": " + why);
        }

        @Override
        public void compiled(
                String path,
                int place,
                RuleNode.Rule rule,
                Schema schema,
                double times,
                boolean correlatable) {
            // Nothing more to look at.
        }
    }
}
