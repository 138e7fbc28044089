package io.felucca.itests.e2e;

/** Manifests that several classes need. */
final class Manifests {
    private Manifests() {}

    /** A pod that runs a shell script; {@code extra} are further lines of its spec's JSON. */
    static String pod(String name, String script, String extra) {
        return """
        {"apiVersion":"v1","kind":"Pod",
         "metadata":{"name":"%1$s","labels":{"app":"%1$s"}},
         "spec":{"terminationGracePeriodSeconds":1,%2$s
          "containers":[{"name":"main","image":"%3$s",
           "command":["sh","-c",%4$s]}]}}
        """
                .formatted(name, extra, Images.BUSYBOX, quoted(script));
    }

    static String pod(String name, String script) {
        return pod(name, script, "");
    }

    /** A script that stays, and ends at once when asked to. */
    static String stay(String before) {
        return "trap 'exit 0' TERM; " + before + "; while :; do sleep 1 & wait $!; done";
    }

    /** A pod template's JSON: a web server that answers with its pod's name and {@code answer}. */
    static String webTemplate(String app, String answer) {
        return """
        {"metadata":{"labels":{"app":"%1$s"}},
         "spec":{"terminationGracePeriodSeconds":2,
          "containers":[{"name":"web","image":"%2$s",
           "command":["sh","-c",
            "mkdir -p /www; echo $POD $ANSWER >/www/index.html; exec httpd -f -p 8080 -h /www"],
           "env":[{"name":"ANSWER","value":"%3$s"},
            {"name":"POD","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],
           "ports":[{"name":"http","containerPort":8080}],
           "readinessProbe":{"httpGet":{"path":"/","port":"http"},"periodSeconds":1}}]}}
        """
                .formatted(app, Images.BUSYBOX, answer);
    }

    static String deployment(String name, int replicas, String answer) {
        return """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"%1$s"},
         "spec":{"replicas":%2$d,"selector":{"matchLabels":{"app":"%1$s"}},
          "strategy":{"rollingUpdate":{"maxSurge":1,"maxUnavailable":0}},
          "template":%3$s}}
        """
                .formatted(name, replicas, webTemplate(name, answer));
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
