package io.felucca.kubeproxy;

import java.util.regex.Pattern;

/**
 * What of the cluster's configuration the rules depend on.
 *
 * @param table the name of the nftables table that is ours alone
 */
record Settings(
        String table, String nodeName, String nodeAddress, String podCidr, String serviceCidr) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,63}");

    Settings {
        if (!NAME.matcher(table).matches()) {
            throw new IllegalArgumentException(
                    "nft.table: \""
                            + table
                            + "\" must be a letter followed by letters, digits and _");
        }
    }
}
