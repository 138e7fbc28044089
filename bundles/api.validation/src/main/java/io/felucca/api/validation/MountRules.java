package io.felucca.api.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Volume mounts and block devices of one container. */
final class MountRules {
    private MountRules() {}

    static void mounts(Field container, Set<String> volumes) {
        Set<String> devices = texts(container.at("volumeDevices"), "name");
        Set<String> devicePaths = texts(container.at("volumeDevices"), "devicePath");
        Set<String> paths = new HashSet<>();
        for (Field mount : container.at("volumeMounts").items()) {
            Field name = mount.at("name");
            if (name.require() && !volumes.contains(name.text())) {
                name.notFound();
            }
            Field path = mount.at("mountPath");
            path.require();
            if (!paths.add(path.text())) {
                path.invalid("must be unique");
            }
            if (devices.contains(name.text())) {
                name.invalid("must not already exist in volumeDevices");
            }
            if (devicePaths.contains(path.text())) {
                path.invalid("must not already exist as a path in volumeDevices");
            }
            subPaths(mount);
            propagation(container, mount);
        }
    }

    private static void subPaths(Field mount) {
        Field plain = mount.at("subPath");
        Field expression = mount.at("subPathExpr");
        if (plain.filled()) {
            Values.descendingPath(plain);
        }
        if (expression.filled()) {
            if (plain.filled()) {
                expression.invalid("subPathExpr and subPath are mutually exclusive");
            }
            Values.descendingPath(expression);
        }
    }

    private static void propagation(Field container, Field mount) {
        Field propagation = mount.at("mountPropagation");
        boolean known = propagation.oneOf(List.of("Bidirectional", "HostToContainer", "None"));
        if (known
                && propagation.text().equals("Bidirectional")
                && !container.at("securityContext", "privileged").isTrue()) {
            propagation.forbidden(
                    "Bidirectional mount propagation is available only to privileged containers");
        }
        Field recursive = mount.at("recursiveReadOnly");
        if (recursive.oneOf(List.of("Disabled", "Enabled", "IfPossible"))
                && !recursive.text().equals("Disabled")
                && !mount.at("readOnly").isTrue()) {
            recursive.forbidden("may only be specified when readOnly is true");
        }
    }

    static void devices(Field container, Set<String> volumes, Set<String> blockVolumes) {
        Set<String> names = new HashSet<>();
        Set<String> paths = new HashSet<>();
        for (Field device : container.at("volumeDevices").items()) {
            Field name = device.at("name");
            if (name.require() && !names.add(name.text())) {
                name.invalid("must be unique");
            }
            if (name.filled() && !volumes.contains(name.text())) {
                name.notFound();
            } else if (name.filled() && !blockVolumes.contains(name.text())) {
                name.invalid(
                        "can only use volume source type of PersistentVolumeClaim or Ephemeral for"
                                + " block mode");
            }
            Field path = device.at("devicePath");
            if (path.require()) {
                Values.noDotDot(path);
            }
            if (path.filled() && !paths.add(path.text())) {
                path.invalid("must be unique");
            }
        }
    }

    private static Set<String> texts(Field list, String name) {
        Set<String> texts = new HashSet<>();
        for (Field item : list.items()) {
            if (item.at(name).filled()) {
                texts.add(item.text(name));
            }
        }
        return texts;
    }
}
