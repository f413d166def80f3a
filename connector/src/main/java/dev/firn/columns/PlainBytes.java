package dev.firn.columns;

/** Bytes with their length, of four bytes, ahead of them. */
final class PlainBytes implements PageValues {

    private final PageBytes page;
    private int at;

    PlainBytes(PageBytes page) {
        this.page = page;
        this.at = page.from();
    }

    @Override
    public void read(int count, ColumnVector into) {
        at = ((BytesVector) into).appendWithLengths(page, at, count);
    }

    @Override
    public void skip(int count) {
        for (int i = 0; i < count; i++) {
            int length = PageBytes.lengthAt(page.array(), at, page.end());
            at += Integer.BYTES + length;
        }
    }
}
