package io.felucca.apiserver.cel;

import io.felucca.apiserver.api.AdmissionExpressions;
import org.osgi.service.component.annotations.Component;

/** The expressions of admission. The library is loaded with the first of them. */
@Component
public final class RequestExpressions implements AdmissionExpressions {

    @Override
    public Environment environment(Scope scope) {
        return new RequestEnvironment(scope);
    }
}
