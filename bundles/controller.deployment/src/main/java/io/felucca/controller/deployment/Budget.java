package io.felucca.controller.deployment;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStrategy;
import io.fabric8.kubernetes.api.model.apps.RollingUpdateDeployment;

/**
 * How far a rollout may go beyond and below what is wanted, in pods.
 *
 * @param maxSurge pods more than wanted; a percentage is rounded up
 * @param maxUnavailable pods less than wanted; a percentage is rounded down
 */
record Budget(int maxSurge, int maxUnavailable) {
    private static final Budget NONE = new Budget(0, 0);

    static Budget of(Deployment deployment) {
        DeploymentStrategy strategy = deployment.getSpec().getStrategy();
        int replicas = deployment.getSpec().getReplicas();
        if (!isRolling(deployment) || replicas == 0) {
            return NONE;
        }
        RollingUpdateDeployment rolling = strategy.getRollingUpdate();
        int surge = resolve(rolling.getMaxSurge(), replicas, true);
        int unavailable = resolve(rolling.getMaxUnavailable(), replicas, false);
        // Both zero would never move; upstream then lets one pod go.
        return surge == 0 && unavailable == 0
                ? new Budget(0, 1)
                : new Budget(surge, Math.min(unavailable, replicas));
    }

    static boolean isRolling(Deployment deployment) {
        DeploymentStrategy strategy = deployment.getSpec().getStrategy();
        return strategy != null
                && "RollingUpdate".equals(strategy.getType())
                && strategy.getRollingUpdate() != null;
    }

    private static int resolve(IntOrString value, int replicas, boolean up) {
        if (value == null) {
            return 0;
        }
        if (value.getIntVal() != null) {
            return value.getIntVal();
        }
        String text = value.getStrVal();
        long hundredths = (long) Integer.parseInt(text.substring(0, text.length() - 1)) * replicas;
        return (int) (up ? (hundredths + 99) / 100 : hundredths / 100);
    }
}
