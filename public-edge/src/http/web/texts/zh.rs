//! Simplified Chinese.

use super::{Counted, Counts, Details, Failure, Failures, Found, Front, Lists, Player, Texts};

pub(in crate::http::web) const CHINESE: Texts = Texts {
    tag: "zh-Hans",
    skip_to_content: "跳到正文",
    home: "首页",
    albums: "专辑",
    artists: "艺人",
    playlists: "歌单",
    toplists: "榜单",
    genres: "流派",
    search: "搜索",
    tracks: "歌曲",
    main_menu: "主菜单",
    search_hint: "艺人、专辑、歌曲……",
    untitled: "未命名",
    counted: Counts {
        tracks: counted(" 首歌曲"),
        albums: counted(" 张专辑"),
        artists: counted(" 位艺人"),
        playlists: counted(" 个歌单"),
        genres: counted(" 个流派"),
        plays: counted(" 次播放"),
    },
    duration,
    date,
    list: Lists {
        order: "排序",
        by_name: "按名称",
        newest: "最新",
        by_artist: "按艺人",
        by_year: "按年份",
        most_played: "播放最多",
        pages: "分页",
        next_page: "下一页",
        first_page: "回到第一页",
        all_albums: "全部专辑",
        nothing: "这里还没有内容。",
    },
    front: Front {
        newest_albums: "最新专辑",
        empty_library: "音乐库是空的",
        empty_library_hint: "导入并发布音乐之后，就会显示在这里。",
        connect: "用你喜欢的应用收听",
        connect_hint: "任何 Subsonic 或 OpenSubsonic 应用都可以连接本服务器。",
        server: "服务器",
        server_without_script: "本站网址中第一个“/”之前的部分",
        user: "用户名",
        password: "密码",
        own_user: "你的用户名",
        own_password: "你的应用密码",
        as_of: "目录更新于",
    },
    details: Details {
        album: "专辑",
        artist: "艺人",
        playlist: "歌单",
        genre: "流派",
        track: "歌曲",
        compilation: "合辑",
        disc: "碟",
        listen: "收听",
        download: "下载",
        play_all: "播放",
        shuffle_all: "随机播放",
        first_released: "首次发行于",
        released: "发行",
        format: "格式",
        composer: "作曲",
        comment: "备注",
        lyrics: "歌词",
        about_track: "详情",
    },
    found: Found {
        results_for: "搜索结果：",
        nothing: "没有找到：",
        nothing_hint: "请减少或更换关键词；也可以用拼音或拼音首字母搜索。",
        ask: "输入艺人、专辑、歌曲或歌单的名称，只写开头也可以。",
    },
    failure: Failures {
        not_found: Failure {
            heading: "这里什么也没有", advice: "页面不存在，或者它显示的内容已不在音乐库中。"
        },
        unauthorised: Failure {
            heading: "请登录",
            advice: "这里的音乐只供听众收听：请使用你的用户名和 NAS 主人给你的应用密码。",
        },
        too_many_logins: Failure {
            heading: "登录失败次数过多", advice: "请等一分钟，再用正确的密码重试。"
        },
        plain_http: Failure {
            heading: "不接受未加密的连接",
            advice: "密码不能在途中被人看到。请用 https:// 打开本站。",
        },
        no_snapshot: Failure {
            heading: "音乐库正在路上",
            advice: "服务器还没有收到目录，正在不断尝试；请过几秒钟再刷新。",
        },
        busy: Failure { heading: "服务器繁忙", advice: "等待的请求太多，请稍后再试。" },
        bad_link: Failure {
            heading: "链接无效", advice: "网址中有无法识别的部分，请从列表的第一页重新开始。"
        },
        bad_method: Failure { heading: "页面只能读取", advice: "请以链接方式打开此网址。" },
        broken: Failure { heading: "出错了", advice: "无法读取目录，原因已写入服务器日志。" },
        back_home: "返回首页",
    },
    player: Player {
        label: "播放器",
        play: "播放",
        pause: "暂停",
        previous: "上一首",
        next: "下一首",
        shuffle: "随机播放",
        repeat: "循环",
        repeat_off: "关闭",
        repeat_all: "全部",
        repeat_one: "单曲",
        position: "播放位置",
        volume: "音量",
        queue: "播放队列",
        clear_queue: "清空队列",
        not_available: "这首歌曲暂不可用。",
        no_answer: "这首歌曲的存放处现在没有响应，NAS 可能在休眠，请稍后再试。",
        cannot_decode: "浏览器无法播放这首歌曲的格式。",
        offline: "无法连接服务器。",
    },
};

const fn counted(word: &'static str) -> Counted {
    Counted { one: word, other: word }
}

fn duration(hours: u64, minutes: u64) -> String {
    if hours == 0 { format!("{minutes} 分钟") } else { format!("{hours} 小时 {minutes} 分钟") }
}

fn date(year: i32, month: Option<i8>, day: Option<i8>) -> String {
    match (month, day) {
        (Some(month), Some(day)) => format!("{year}年{month}月{day}日"),
        (Some(month), None) => format!("{year}年{month}月"),
        (None, _) => format!("{year}年"),
    }
}
