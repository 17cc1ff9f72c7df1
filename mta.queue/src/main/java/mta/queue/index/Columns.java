package mta.queue.index;

import java.util.Arrays;

/** Growing columns of primitives, in pages: growth never copies and an entry is never an object. Not thread-safe. */
final class Columns {

    static final int PAGE_BITS = 13;

    private Columns() {}

    static final class Longs {
        private final int bits;
        private final long fill;
        private long[][] pages = {};

        Longs(int bits, long fill) {
            this.bits = bits;
            this.fill = fill;
        }

        void reach(int index) {
            int page = index >>> bits;
            if (page >= pages.length) {
                pages = Arrays.copyOf(pages, Math.max(page + 1, pages.length * 3 / 2));
            }
            if (pages[page] == null) {
                pages[page] = new long[1 << bits];
                Arrays.fill(pages[page], fill);
            }
        }

        long at(int index) {
            return pages[index >>> bits][index & (1 << bits) - 1];
        }

        void set(int index, long value) {
            pages[index >>> bits][index & (1 << bits) - 1] = value;
        }

        void add(int index, long delta) {
            pages[index >>> bits][index & (1 << bits) - 1] += delta;
        }
    }

    static final class Ints {
        private final int bits;
        private final int fill;
        private int[][] pages = {};

        Ints(int bits, int fill) {
            this.bits = bits;
            this.fill = fill;
        }

        void reach(int index) {
            int page = index >>> bits;
            if (page >= pages.length) {
                pages = Arrays.copyOf(pages, Math.max(page + 1, pages.length * 3 / 2));
            }
            if (pages[page] == null) {
                pages[page] = new int[1 << bits];
                if (fill != 0) {
                    Arrays.fill(pages[page], fill);
                }
            }
        }

        int at(int index) {
            return pages[index >>> bits][index & (1 << bits) - 1];
        }

        void set(int index, int value) {
            pages[index >>> bits][index & (1 << bits) - 1] = value;
        }
    }

    static final class Shorts {
        private short[][] pages = {};

        void reach(int index) {
            int page = index >>> PAGE_BITS;
            if (page >= pages.length) {
                pages = Arrays.copyOf(pages, Math.max(page + 1, pages.length * 3 / 2));
            }
            if (pages[page] == null) {
                pages[page] = new short[1 << PAGE_BITS];
            }
        }

        int at(int index) {
            return pages[index >>> PAGE_BITS][index & (1 << PAGE_BITS) - 1] & 0xffff;
        }

        /** Values beyond the range stay at its end. */
        void set(int index, int value) {
            pages[index >>> PAGE_BITS][index & (1 << PAGE_BITS) - 1] = (short) Math.min(value, 0xffff);
        }
    }

    static final class Bytes {
        private byte[][] pages = {};

        void reach(int index) {
            int page = index >>> PAGE_BITS;
            if (page >= pages.length) {
                pages = Arrays.copyOf(pages, Math.max(page + 1, pages.length * 3 / 2));
            }
            if (pages[page] == null) {
                pages[page] = new byte[1 << PAGE_BITS];
            }
        }

        byte at(int index) {
            return pages[index >>> PAGE_BITS][index & (1 << PAGE_BITS) - 1];
        }

        void set(int index, int value) {
            pages[index >>> PAGE_BITS][index & (1 << PAGE_BITS) - 1] = (byte) value;
        }
    }
}
