"""XLSX workbooks, through openpyxl: opened with care, read row by row, written plainly."""
