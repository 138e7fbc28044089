package io.felucca.itests.karaf;

import static org.ops4j.pax.exam.CoreOptions.systemTimeout;
import static org.ops4j.pax.exam.CoreOptions.vmOption;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.doNotModifyLogConfiguration;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.replaceConfigurationFile;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.ops4j.pax.exam.Option;

/**
 * Karaf as Pax Exam starts it: the control plane's assembly, of whose start-up list only the
 * framework is started, and with the features service, which the assembly does without.
 */
final class BareKaraf {
    private static final int PATIENCE_MILLIS = 120_000;

    /** Up to this start level the start-up list holds the framework and its services. */
    private static final int FRAMEWORK_LEVEL = 12;

    private static final Path ASSEMBLY = Path.of(property("felucca.assembly")).normalize();
    private static final Path TARGET = Path.of(property("felucca.target"));
    private static final Path REPOSITORY = Path.of(property("felucca.repository"));

    /** As {@code group/artifact/version}: the features service and what it needs. */
    private static final List<String> ADDED =
            List.of(
                    "org.apache.felix/org.apache.felix.converter/1.0.14",
                    "org.apache.sling/org.apache.sling.commons.johnzon/1.2.16",
                    "org.apache.felix/org.apache.felix.cm.json/1.0.8",
                    "org.apache.karaf.features/org.apache.karaf.features.core/"
                            + property("karaf.version"));

    private BareKaraf() {}

    private static String property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException(name + " is not set: run the tests by Maven");
        }
        return value;
    }

    static Option[] options() {
        List<Option> options = new ArrayList<>();
        options.add(
                karafDistributionConfiguration()
                        .frameworkUrl(archive().toUri().toString())
                        .name("Felucca")
                        .karafVersion(property("karaf.version"))
                        .unpackDirectory(TARGET.resolve("exam").toFile())
                        .useDeployFolder(false));
        options.add(configureConsole().ignoreLocalConsole().ignoreRemoteShell());
        options.add(systemTimeout(PATIENCE_MILLIS));
        String features = "etc/org.apache.karaf.features.cfg";
        options.add(editConfigurationFilePut(features, "featuresBoot", ""));
        options.add(editConfigurationFilePut(features, "autoRefresh", "false"));
        String maven = "etc/org.ops4j.pax.url.mvn.cfg";
        options.add(editConfigurationFilePut(maven, "org.ops4j.pax.url.mvn.repositories", ""));
        options.add(
                editConfigurationFilePut(
                        maven, "org.ops4j.pax.url.mvn.localRepository", REPOSITORY.toString()));
        options.add(doNotModifyLogConfiguration());
        // The rest of it is deleted when the tests have ended.
        options.add(
                editConfigurationFilePut(
                        "etc/org.ops4j.pax.logging.cfg",
                        "log4j2.appender.file.fileName",
                        TARGET.resolve("karaf.log").toString()));
        options.add(
                replaceConfigurationFile(
                        "etc/startup.properties", write("startup.properties", startupList())));
        options.add(
                replaceConfigurationFile(
                        "etc/io.felucca.cluster.cfg", write("cluster.cfg", settings())));
        javaOptions().forEach(words -> options.add(vmOption(words)));
        options.add(vmOption("-Xmx512m"));
        options.add(vmOption("-Dfelucca.version=" + property("felucca.version")));
        // Pax Exam would hand on to Karaf what Maven has to say to this process.
        System.setIn(InputStream.nullInputStream());
        endWithThisProcess();
        return options.toArray(Option[]::new);
    }

    /** Pax Exam leaves Karaf running when it is broken off. */
    private static void endWithThisProcess() {
        Runnable end =
                () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(Executors.defaultThreadFactory().newThread(end));
    }

    /** A control plane of which nothing listens, and whose data goes with this Karaf. */
    private static List<String> settings() {
        return List.of(
                "node.ip = 192.0.2.1",
                "node.name = exam",
                "store = rocksdb",
                "service.cidr = 10.96.0.0/16",
                "pod.cidr = 10.244.0.0/16",
                "data.dir = ${karaf.data}/felucca",
                "run.dir = ${karaf.data}",
                "admin.kubeconfig = ${karaf.data}/admin.kubeconfig");
    }

    /** Those of the launcher. */
    private static List<String> javaOptions() {
        List<String> words = new ArrayList<>();
        for (String place :
                List.of(
                        "java.base/java.security",
                        "java.base/java.net",
                        "java.base/java.lang",
                        "java.base/java.util",
                        "java.naming/javax.naming.spi")) {
            words.add("--add-opens=" + place + "=ALL-UNNAMED");
        }
        for (String protocol : List.of("file", "http", "https", "jar")) {
            words.add("--add-exports=java.base/sun.net.www.protocol." + protocol + "=ALL-UNNAMED");
        }
        words.add("-classpath");
        words.add(
                Stream.of("lib/boot", "lib/jdk9plus")
                        .flatMap(folder -> files(ASSEMBLY.resolve(folder)).stream())
                        .map(Path::toString)
                        .filter(file -> file.endsWith(".jar") && !file.contains(".specs.activator"))
                        .collect(Collectors.joining(File.pathSeparator)));
        return words;
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> startupList() {
        List<String> list = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(ASSEMBLY.resolve("etc/startup.properties"))) {
                String level = line.substring(line.lastIndexOf('=') + 1).strip();
                if (level.matches("\\d+") && Integer.parseInt(level) <= FRAMEWORK_LEVEL) {
                    list.add(line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ADDED.forEach(bundle -> list.add("mvn\\:" + bundle + " = 15"));
        return list;
    }

    private static File write(String name, List<String> lines) {
        try {
            return Files.write(TARGET.resolve(name), lines).toFile();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The assembly as the one kind of thing that Pax Exam takes, and what is added to it. */
    private static Path archive() {
        Path archive = TARGET.resolve("karaf.zip");
        archive.toFile().deleteOnExit();
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            zip.setLevel(Deflater.NO_COMPRESSION);
            for (Path file : files(ASSEMBLY)) {
                put(zip, "felucca/" + ASSEMBLY.relativize(file), file);
            }
            for (String bundle : ADDED) {
                String[] words = bundle.split("/", -1);
                String path =
                        words[0].replace('.', '/')
                                + "/"
                                + String.format("%1$s/%2$s/%1$s-%2$s.jar", words[1], words[2]);
                if (!Files.exists(ASSEMBLY.resolve("system").resolve(path))) {
                    put(zip, "felucca/system/" + path, REPOSITORY.resolve(path));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return archive;
    }

    private static void put(ZipOutputStream zip, String name, Path file) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        Files.copy(file, zip);
        zip.closeEntry();
    }
}
