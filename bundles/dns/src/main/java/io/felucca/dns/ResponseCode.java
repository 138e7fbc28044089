package io.felucca.dns;

/** How a query ended (RFC 1035, 6891). */
enum ResponseCode {
    NO_ERROR(0),
    FORMAT_ERROR(1),
    SERVER_FAILURE(2),
    NO_SUCH_NAME(3),
    NOT_IMPLEMENTED(4),
    REFUSED(5),
    BAD_VERSION(16);

    private final int number;

    ResponseCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
