package io.felucca.itests.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Keys and certificates that a cluster must not take, made with openssl. */
final class Certificates {
    private Certificates() {}

    /** NAME.pem in the folder: a key and a certificate that it signed itself. */
    static void selfSigned(Path folder, String name, String subject) {
        bash(
                folder,
                """
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 \
                    -subj "$2" -keyout "$1.key" -out "$1.crt" -addext extendedKeyUsage=clientAuth
                cat "$1.key" "$1.crt" > "$1.pem"
                """,
                name,
                subject,
                "");
    }

    /** A key, NAME.key in the folder, and the request for a certificate that is given back. */
    static Path request(Path folder, String name, String subject) {
        bash(
                folder,
                """
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
                    -subj "$2" -keyout "$1.key" -out "$1.csr"
                """,
                name,
                subject);
        return folder.resolve(name + ".csr");
    }

    /** The same, signed by the cluster's own authority, for a day that has passed. */
    static void expired(Path folder, String name, String subject, Path pki) {
        bash(
                folder,
                """
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
                    -subj "$2" -keyout "$1.key" -out "$1.csr"
                mkdir ca && touch ca/index.txt && echo 7001 > ca/serial
                printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=ca/index.txt\\nserial=ca/serial\\n' > conf
                printf 'new_certs_dir=ca\\ndefault_md=sha256\\npolicy=p\\nx509_extensions=x\\n' >> conf
                printf '[p]\\norganizationName=optional\\ncommonName=supplied\\n' >> conf
                printf '[x]\\nextendedKeyUsage=clientAuth\\n' >> conf
                openssl ca -batch -config conf -cert "$3/ca.crt" -keyfile "$3/ca.key" \
                    -startdate 20200101000000Z -enddate 20200102000000Z -notext \
                    -in "$1.csr" -out "$1.crt"
                cat "$1.key" "$1.crt" > "$1.pem"
                """,
                name,
                subject,
                pki.toString());
    }

    private static void bash(Path folder, String script, String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of("bash", "-c", "set -e; cd \"$0\"\n" + script, folder.toString()));
        command.addAll(List.of(arguments));
        Run.of(command, Map.of(), "", 30).ok();
    }
}
