package io.felucca.scheduler.api;

import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;

/** Whether pods tolerate taints. */
public final class Tolerations {
    private Tolerations() {}

    public static boolean tolerate(List<Toleration> tolerations, Taint taint) {
        for (Toleration toleration : tolerations) {
            if (tolerates(toleration, taint)) {
                return true;
            }
        }
        return false;
    }

    /** An empty effect or key of a toleration stands for all; an unknown operator for none. */
    public static boolean tolerates(Toleration toleration, Taint taint) {
        if (isSet(toleration.getEffect()) && !toleration.getEffect().equals(taint.getEffect())) {
            return false;
        }
        if (isSet(toleration.getKey()) && !toleration.getKey().equals(taint.getKey())) {
            return false;
        }
        String operator = toleration.getOperator();
        if ("Exists".equals(operator)) {
            return true;
        }
        return (!isSet(operator) || operator.equals("Equal"))
                && isSet(toleration.getKey())
                && orEmpty(toleration.getValue()).equals(orEmpty(taint.getValue()));
    }

    private static boolean isSet(String text) {
        return text != null && !text.isEmpty();
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
